import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { type BookingEvidence, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alterPayload, rehashBook, tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import type { FullAudit } from './audit-books.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';
import { runAudit } from './testing/run-audit.ts';

const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;

let world: EvidenceWorld;
/** One sale of Monday, paid on Tuesday. */
beforeEach(async () => {
  world = await createEvidenceWorld();
  const sale = { paymentId, tender: 'card', merchantId: shops[0]!, listAmountWon: won(12_345) } as const;
  const atMs = Date.parse('2026-11-23T12:00:00+09:00');
  await world.write((targets) => world.writer.sell(targets, { ...sale, businessDate: day, atMs }));
});
afterEach(() => world.dispose());

async function movePayout(to: BusinessDate): Promise<void> {
  await tamperWith(world.dbs.operator, `update ledger_entries set payout_date = '${to}'`);
  await rehashBook(world.dbs.operator);
}

async function findings() {
  const { books, evidence } = JSON.parse((await runAudit('--data', world.folder, '--json')).text) as FullAudit;
  expect(books.map(({ finding }) => finding)).toEqual([null, null, null]);
  return evidence.findings.map(({ company, reason, expected, found }) => [company, reason, expected, found]);
}

it('finds nothing where all is paid as agreed', async () => {
  expect(await findings()).toEqual([]);
});

it('finds a payout date that was moved in the book', async () => {
  await movePayout('2026-12-24' as BusinessDate);
  expect(await findings()).toEqual([
    ['operator', 'entry-differs', expect.stringContaining('2026-11-24'), expect.stringContaining('2026-12-24')],
  ]);
});

it('finds one that the operator signed anew: the box was told another', async () => {
  const moved = '2026-11-26' as BusinessDate;
  await movePayout(moved);
  const { own_jws } = await world.dbs.operator.selectFrom('entry_evidence').selectAll().executeTakeFirstOrThrow();
  const said = alterPayload(own_jws, { payoutDate: moved }) as BookingEvidence;
  const anew = await signBookingEvidence(said, world.signers.operator);
  await world.dbs.operator.updateTable('entry_evidence').set({ own_jws: anew }).execute();
  expect(await findings()).toEqual([
    ['operator', 'answer-differs', expect.stringContaining(moved), expect.stringContaining('2026-11-24')],
  ]);
});
