import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { type BookingEvidence, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { exportSigner, importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBookReader } from '../drivers/sql/ledger/chain.ts';
import { chainStart, hashLedgerEntry } from '../ports/ledger-chain.ts';
import { auditBooks } from './audit-books.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';

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

/** Somebody with the database in hand moves the payout: the triggers are only its lock, and hashes can be made anew. */
async function movePayout(to: BusinessDate): Promise<void> {
  const db = world.dbs.operator;
  for (const table of ['ledger_entries', 'entry_evidence'])
    await sql.raw(`drop trigger ${table}_no_update`).execute(db);
  await db.updateTable('ledger_entries').set({ payout_date: to }).execute();
  for (const { seq, entry } of await createBookReader(db).readEntries(0, 10)) {
    const entry_hash = hashLedgerEntry(chainStart, entry);
    await db.updateTable('ledger_entries').set({ entry_hash }).where('seq', '=', seq).execute();
  }
}

async function findings() {
  const keysOf = (company: keyof EvidenceWorld['signers']) => {
    const keys = importVerifyKeys([verifyJwkOf(exportSigner(world.signers[company]))]);
    return { resolve: (kid: string) => keys.get(kid), isGoodAt: () => true };
  };
  const companies = { card: keysOf('card'), pg: keysOf('pg'), operator: keysOf('operator') };
  const { books, evidence } = await auditBooks(
    world.dbs,
    { companies, keysOf: () => undefined, authorities: [] },
    Number.MAX_VALUE,
  );
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
  const said = JSON.parse(Buffer.from(own_jws.split('.')[1] ?? '', 'base64url').toString()) as BookingEvidence;
  const anew = await signBookingEvidence({ ...said, payoutDate: moved }, world.signers.operator);
  await world.dbs.operator.updateTable('entry_evidence').set({ own_jws: anew }).execute();
  expect(await findings()).toEqual([
    ['operator', 'answer-differs', expect.stringContaining(moved), expect.stringContaining('2026-11-24')],
  ]);
});
