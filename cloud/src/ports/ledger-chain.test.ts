import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { expect, it } from 'vitest';
import { sale } from '../drivers/sql/ledger/testing/sale-entry.ts';
import type { PaymentEntry } from './ledger.ts';
import { chainStart, hashLedgerEntry } from './ledger-chain.ts';

it('hashes every member', () => {
  const changes: Partial<PaymentEntry>[] = [
    { kind: 'reversal' },
    { paymentId: '019ab0c0-0000-7000-8000-000000000009' as PaymentId },
    { cancelId: '019ab0c0-0000-7000-8000-000000000002' as CancelId },
    { merchantId: null },
    { deviceId: 'box-2' as DeviceId },
    { tender: 'cash' },
    { split: { ...sale.split, pgFeeWon: won(87), merchantShareWon: won(11_419) } },
    { atMs: 1_001 },
    { businessDate: '2026-11-24' as BusinessDate },
    { payoutDate: '2026-11-25' as BusinessDate },
    { payoutDate: null },
    { postings: [...sale.postings].reverse() },
  ];
  const hashes = changes.map((change) => hashLedgerEntry(chainStart, { ...sale, ...change }));
  const all = [hashLedgerEntry(chainStart, sale), hashLedgerEntry('before', sale), ...hashes];
  expect(new Set(all).size).toBe(all.length);
});

it('hashes an entry without payout date as before there were any', () => {
  const before = 'TBykgf6otES5DGV2YpvN9w9h7puIZrO6MtMEPcA9vxw';
  expect(hashLedgerEntry(chainStart, { ...sale, payoutDate: null })).toBe(before);
});
