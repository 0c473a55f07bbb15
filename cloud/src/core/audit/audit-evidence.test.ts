import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { exportSigner, importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentFileReader } from '../../drivers/sql/audit/payment-files.ts';
import { createCardRecords, createOperatorRecords, createPgRecords } from '../../drivers/sql/audit/record-readers.ts';
import { openUseTally } from '../../drivers/sql/audit/use-tally.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import type { PaymentFileReader } from '../../ports/payment-files.ts';
import { openTerminalTrust } from '../../verify/open-trust.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from '../../verify/testing/evidence-world.ts';
import { auditEvidence, type EvidenceSubject } from './audit-evidence.ts';
import { noKeys } from './dated-keys.ts';
import { atAnyTime } from './testing/dated.ts';

const payments = 60;
const pageSize = 7;
const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}` as PaymentId;

let world: EvidenceWorld;
let uses: ReturnType<typeof openUseTally>;

beforeEach(async () => {
  uses = openUseTally();
  world = await createEvidenceWorld();
  await world.write(async (targets) => {
    for (let n = 0; n < payments; n += 1) {
      const merchantId = shops[n % shops.length];
      if (merchantId === undefined) throw new Error('no shop');
      const sale = { merchantId, businessDate: day, atMs: atMs + n, listAmountWon: won(1_000 + n) };
      await world.writer.sell(targets, { ...sale, paymentId: paymentId(n), tender: n % 3 === 0 ? 'cash' : 'card' });
    }
  });
});
afterEach(async () => {
  uses.close();
  await world.dispose();
});

/** Keeps count of what is handed out at once. */
function counting(reader: PaymentFileReader, pages: number[]): PaymentFileReader {
  return {
    findPageEnd: reader.findPageEnd,
    async readPage(after, through) {
      const page = await reader.readPage(after, through);
      pages.push(page.length);
      return page;
    },
  };
}

function subject(pages: number[]): EvidenceSubject {
  const { dbs, signers } = world;
  const keysOf = (company: keyof typeof signers) => {
    const keys = importVerifyKeys([verifyJwkOf(exportSigner(signers[company]))]);
    return atAnyTime((kid) => keys.get(kid));
  };
  const keys = { card: keysOf('card'), pg: keysOf('pg'), operator: keysOf('operator') };
  return {
    files: {
      operator: counting(createPaymentFileReader(dbs.operator, createOperatorRecords(dbs.operator)), pages),
      pg: counting(createPaymentFileReader(dbs.pg, createPgRecords(dbs.pg)), pages),
      card: counting(createPaymentFileReader(dbs.card, createCardRecords(dbs.card)), pages),
    },
    keys,
    closedDates: { card: new Set(), pg: new Set(), operator: new Set() },
    terminals: openTerminalTrust(createOperatorStore(dbs.operator), {
      companies: keys,
      keysOf: () => undefined,
      authorities: [],
    }),
    uses,
    readAtMs: Number.MAX_SAFE_INTEGER,
    pageSize,
  };
}

describe('auditEvidence', () => {
  it('goes through every payment once, a page of each company at a time', async () => {
    const pages: number[] = [];
    const report = await auditEvidence(subject(pages));
    expect(report).toMatchObject({ payments, findingCount: 0, underWay: 0 });
    // Card tender at all three, cash at two of them.
    expect(report.words).toBe(40 * 3 + 20 * 2);
    expect(Math.max(...pages)).toBeLessThanOrEqual(pageSize);
    expect(pages.length).toBeGreaterThanOrEqual(3 * Math.ceil(payments / pageSize));
  });

  it('keeps no more than so many findings, and counts the others', async () => {
    const strangers = subject([]);
    const report = await auditEvidence({ ...strangers, keys: { card: noKeys, pg: noKeys, operator: noKeys } });
    expect(report.findings).toHaveLength(100);
    expect(report.findingCount).toBeGreaterThan(payments * 4);
    expect(report.findings[0]).toMatchObject({ paymentId: paymentId(0), reason: 'word-forged' });
  });
});
