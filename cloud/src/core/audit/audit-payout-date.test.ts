import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { describe, expect, it } from 'vitest';
import { contractOf } from '../contract/testing/contracts.ts';
import { auditPayoutDates } from './audit-payout-date.ts';
import { type EvidenceFinding, eventKey } from './finding.ts';
import type { Word } from './open-file.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const shop = 'm-1' as MerchantId;
const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;
/** A Monday. */
const day = '2026-11-23';
const basis = { approvalNumber: '12345678', cardLast4: '1111', couponId: null, offerId: null, contractVersion: 7 };

const word = (
  kind: BookingEvidence['kind'],
  businessDate: string,
  payoutDate: string | undefined,
): BookingEvidence => ({
  ...{ v: 1, company: 'operator', kind, paymentId, merchantId: shop, deviceId: 'box-1' as DeviceId, tender: 'card' },
  cancelId: kind === 'cancel' ? ('019ab0c1-0000-7000-8000-000000000001' as CancelId) : null,
  split: splitCharge(won(10_000), rates),
  businessDate: businessDate as BusinessDate,
  ...(payoutDate === undefined ? {} : { payoutDate: payoutDate as BusinessDate }),
  atMs: 1,
  sale: kind === 'sale' ? basis : null,
});

/** What is found of these words under a contract of the cycle: the events at fault. */
async function audit(settlementCycle: SettlementCycle, ...said: BookingEvidence[]): Promise<string[]> {
  const words = new Map(said.map((each): [string, Word] => [eventKey(each), { said: each, kept: null }]));
  const file = { paymentId, entries: [], evidence: [], record: null };
  const contracts = [
    {
      contract: contractOf(shop, rates, { version: 3, settlementCycle: { kind: 'same-day' } }),
      digest: 'd',
      enteredAtMs: 0,
    },
    { contract: contractOf(shop, rates, { version: 7, settlementCycle }), digest: 'd', enteredAtMs: 0 },
  ];
  const findings: EvidenceFinding[] = [];
  const opened = { company: 'operator', file, words, entries: new Map() } as const;
  await auditPayoutDates(
    opened,
    async () => contracts,
    (finding) => void findings.push(finding),
  );
  expect(new Set(findings.map(({ reason }) => reason))).toEqual(
    new Set(findings.length === 0 ? [] : ['payout-not-agreed']),
  );
  return findings.map(({ kind }) => kind);
}

const nextBankingDay: SettlementCycle = { kind: 'daily', bankingDays: 1 };

describe('the payout date of a sale', () => {
  it.each<[string, SettlementCycle, string, boolean]>([
    ['same day', { kind: 'same-day' }, day, true],
    ['same day, a day late', { kind: 'same-day' }, '2026-11-24', false],
    ['the next banking day', nextBankingDay, '2026-11-24', true],
    ['the next banking day after a holiday', nextBankingDay, '2026-11-26', true],
    ['the next banking day, paid at once', nextBankingDay, day, false],
    ['the next banking day, on a Sunday', nextBankingDay, '2026-11-29', false],
    ['the next banking day, two months late', nextBankingDay, '2027-01-25', false],
    ['two banking days', { kind: 'daily', bankingDays: 2 }, '2026-11-25', true],
    ['two banking days, after one', { kind: 'daily', bankingDays: 2 }, '2026-11-24', false],
    ['Friday of the next week', { kind: 'weekly', weekday: 5 }, '2026-12-04', true],
    ['Friday of the next week, on Thursday', { kind: 'weekly', weekday: 5 }, '2026-12-03', false],
    ['the 10th of the next month', { kind: 'monthly', day: 10 }, '2026-12-10', true],
    ['the 10th of the next month, in this one', { kind: 'monthly', day: 10 }, '2026-11-25', false],
    ['the 13th of the next month, a Sunday', { kind: 'monthly', day: 13 }, '2026-12-14', true],
  ])('%s', async (_name, cycle, payoutDate, isRight) => {
    expect(await audit(cycle, word('sale', day, payoutDate))).toEqual(isRight ? [] : ['sale']);
  });

  it('is not asked of one from before there were any', async () => {
    expect(await audit(nextBankingDay, word('sale', day, undefined))).toEqual([]);
  });
});

describe('the payout date of what takes it back', () => {
  const sale = word('sale', day, '2026-11-26');

  it('is that of the sale on the same day, and no other', async () => {
    expect(await audit(nextBankingDay, sale, word('cancel', day, '2026-11-26'))).toEqual([]);
    expect(await audit(nextBankingDay, sale, word('cancel', day, '2026-11-24'))).toEqual(['cancel']);
    expect(await audit(nextBankingDay, sale, word('reversal', day, undefined))).toEqual(['reversal']);
  });

  it('goes by the same version from its own day on', async () => {
    expect(await audit(nextBankingDay, sale, word('cancel', '2026-12-01', '2026-12-02'))).toEqual([]);
    expect(await audit(nextBankingDay, sale, word('cancel', '2026-12-01', '2026-11-26'))).toEqual(['cancel']);
    expect(await audit(nextBankingDay, sale, word('reversal', '2026-12-01', '2026-12-01'))).toEqual(['reversal']);
  });
});
