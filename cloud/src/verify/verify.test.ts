import { createPublicKey } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import {
  type BookingEvidence,
  openBookingEvidence,
  signBookingEvidence,
} from '@scanpay/shared/settlement/booking-evidence.ts';
import { signMessage } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner } from '@scanpay/shared/wire/message-key.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asLedger, type LedgerTables } from '../drivers/sql/ledger/tables.ts';
import { alterPayload, rehashBook, tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import type { Company } from '../ports/ledger.ts';
import type { FullAudit } from './audit-books.ts';
import { createEvidenceWorld, day, type EvidenceWorld, makeSigner, shops } from './testing/evidence-world.ts';
import { runAudit } from './testing/run-audit.ts';

const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}` as PaymentId;
const cancelId = '019ab0c1-0000-7000-8000-000000000004' as CancelId;
const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const [shop, otherShop] = shops as [(typeof shops)[number], (typeof shops)[number]];

let world: EvidenceWorld;

/** Two sales of each shop, one of them in cash, one given back in part: entries 1 to 5 (card: 1 to 4). */
beforeEach(async () => {
  world = await createEvidenceWorld();
  await world.write(async (targets) => {
    const common = { businessDate: day, atMs };
    const sell = (n: number, tender: 'card' | 'cash', amount: number, merchantId: typeof shop) =>
      world.writer.sell(targets, {
        ...common,
        paymentId: paymentId(n),
        tender,
        merchantId,
        listAmountWon: won(amount),
      });
    await sell(1, 'card', 12_345, shop);
    await sell(2, 'cash', 10_000, shop);
    await sell(3, 'card', 50_000, otherShop);
    const sold = await sell(4, 'card', 30_000, otherShop);
    await world.writer.cancel(targets, sold, { cancelId, amountWon: won(9_999), ...common });
  });
});
afterEach(() => world.dispose());

const ledgerOf = (company: Company): Kysely<LedgerTables> => asLedger(world.dbs[company] as never);

async function tamper(company: Company, ...statements: string[]): Promise<void> {
  await tamperWith(ledgerOf(company), ...statements);
  await rehashBook(ledgerOf(company));
}

const deleteEntry = (seq: number) => [
  `delete from ledger_postings where entry_seq = ${seq}`,
  `delete from ledger_entries where seq = ${seq}`,
];
const deleteEvidence = (seq: number) => `delete from entry_evidence where entry_seq = ${seq}`;

/** One won more for the shop, taken from the operator's fee, or the other way round; the entry balances. */
const moveWon = (seq: number, by: number) => [
  `update ledger_entries set merchant_share_won = merchant_share_won + ${by}, operator_fee_won = operator_fee_won - ${by}
     where seq = ${seq}`,
  `update ledger_postings set amount_won = amount_won + ${by} where entry_seq = ${seq} and account = 'fee-income'`,
  `update ledger_postings set amount_won = amount_won - ${by} where entry_seq = ${seq} and account = 'merchant-payable'`,
];

const verify = (...args: string[]) => runAudit(...(args.length === 0 ? ['--data', world.folder] : args));

/** `company reason seq`, of every finding in the evidence; the books by themselves must hold. */
async function findings(): Promise<string[]> {
  const { code, text } = await verify('--data', world.folder, '--json');
  const { books, evidence } = JSON.parse(text) as FullAudit;
  expect(books.map(({ finding }) => finding)).toEqual([null, null, null]);
  expect(code).toBe(evidence.findingCount === 0 ? 0 : 1);
  return evidence.findings.map(
    ({ company, reason, seq, paymentId: id }) => `${company} ${reason} ${seq} of ${Number(id.slice(-4))}`,
  );
}

describe('verify', () => {
  it('ends with 0 where all follows, and says what it went through', async () => {
    const { code, text } = await verify();
    expect(text).toMatch(/^ok {4}evidence 4 payments, 14 signed bookings$/m);
    expect(code).toBe(0);
  });

  it('ends with 2 where it cannot be run', async () => {
    expect((await verify('--data', '/nowhere')).code).toBe(2);
    expect((await verify()).code).toBe(0);
    expect((await verify('--config', 'a', '--data', 'b')).code).toBe(2);
    const path = join(world.folder, 'pg', 'pg.sqlite');
    // The write-ahead log beside it would still hold all of the book.
    for (const beside of ['-wal', '-shm']) rmSync(path + beside, { force: true });
    writeFileSync(path, 'no database'.repeat(100));
    expect(await verify()).toMatchObject({ code: 2, errors: expect.stringContaining('pg.sqlite cannot be read') });
  });

  it('says in words what should be there, and what is', async () => {
    await tamper('operator', ...moveWon(1, 1));
    const { code, text } = await verify();
    expect(code).toBe(1);
    expect(text).toContain(`operator, entry 1: sale of payment ${paymentId(1)} is in the book with other amounts`);
    expect(text).toMatch(/should be .*operator fee 617, share 11420\n.*is there .*operator fee 616, share 11421/);
  });

  it('and of the right amounts on the wrong accounts says how they were booked', async () => {
    await tamper('operator', ...moveWon(1, 1).slice(1));
    const { text } = await verify();
    expect(text).toMatch(/should be .*fee-income -617, .*\n.*is there .*fee-income -616, /);
  });
});

describe('a forger who makes the whole chain anew is found by the evidence', () => {
  it('of an altered amount', async () => {
    await tamper(
      'card',
      `update ledger_entries set charged_won = charged_won + 1000, merchant_share_won = merchant_share_won + 1000 where seq = 2`,
      `update ledger_postings set amount_won = amount_won + 1000 where entry_seq = 2 and account = 'cardholder-receivable'`,
      `update ledger_postings set amount_won = amount_won - 1000 where entry_seq = 2 and account = 'pg-payable'`,
    );
    expect(await findings()).toEqual(['card entry-differs 2 of 3']);
  });

  it('of a deleted entry', async () => {
    await tamper('pg', ...deleteEntry(3));
    expect(await findings()).toEqual(['pg entry-missing null of 3']);
  });

  it('of an entry deleted with its evidence, and the record of the payment: the others have it', async () => {
    await tamper('pg', ...deleteEntry(3), deleteEvidence(3));
    expect(await findings()).toEqual(['pg counterpart-missing null of 3', 'pg counterpart-missing null of 3']);
    await tamper(
      'operator',
      ...deleteEntry(1),
      deleteEvidence(1),
      `delete from operator_payments where payment_id = '${paymentId(1)}'`,
    );
    expect(await findings()).toContain('operator counterpart-missing null of 1');
  });

  it('of a swapped fee', async () => {
    await tamper(
      'operator',
      'update ledger_entries set pg_fee_won = operator_fee_won, operator_fee_won = pg_fee_won where seq = 2',
      `update ledger_postings set amount_won = case account when 'fee-income' then -70 when 'pg-payable' then -500 else amount_won end
         where entry_seq = 2`,
    );
    expect(await findings()).toEqual(['operator entry-differs 2 of 2']);
  });

  it('of a contract that was changed afterwards', async () => {
    await tamper(
      'operator',
      `update operator_contracts set contract_json = replace(contract_json, '"bps":500', '"bps":400')`,
    );
    expect(await findings()).toEqual([1, 2, 3, 4].map((n) => `operator contract-unknown ${n} of ${n}`));
  });

  it('of a replayed refund', async () => {
    const columns =
      'kind, payment_id, statement_id, transfer_id, merchant_id, device_id, tender, charged_won, card_fee_won, pg_fee_won, operator_fee_won, merchant_share_won, at_ms, business_date';
    await tamper(
      'operator',
      `insert into ledger_entries (seq, entry_key, cancel_id, ${columns}, previous_hash, entry_hash)
         select 900, 'again', '019ab0c1-0000-7000-8000-000000000005', ${columns}, 'x', 'y' from ledger_entries where kind = 'cancel'`,
      'insert into ledger_postings select 900, position, account, amount_won from ledger_postings where entry_seq = 5',
    );
    const found = (await verify('--data', world.folder, '--json')).text;
    const { evidence } = JSON.parse(found) as FullAudit;
    expect(evidence.findings[0]).toMatchObject({
      company: 'operator',
      seq: 900,
      reason: 'entry-unproven',
      kind: 'cancel',
    });
    // With the signed word on the first one beside it, too.
    await tamper(
      'operator',
      `insert into entry_evidence select 900, payment_id, own_jws, peer_jws, told_jws from entry_evidence where entry_seq = 5`,
    );
    const again = JSON.parse((await verify('--data', world.folder, '--json')).text) as FullAudit;
    expect(again.evidence.findings[0]).toMatchObject({ company: 'operator', seq: 900, reason: 'replayed' });
  });

  it('of one won moved between merchants', async () => {
    await tamper('operator', ...moveWon(1, 1), ...moveWon(3, -1));
    expect(await findings()).toEqual(['operator entry-differs 1 of 1', 'operator entry-differs 3 of 3']);
  });

  it('of a sale moved to another merchant', async () => {
    await tamper('operator', `update ledger_entries set merchant_id = 'm-2' where seq = 1`);
    expect(await findings()).toEqual(['operator entry-differs 1 of 1']);
  });

  it('of deleted evidence', async () => {
    await tamper('card', deleteEvidence(1));
    expect(await findings()).toEqual(['card entry-unproven 1 of 1']);
    await tamper('operator', `update entry_evidence set peer_jws = null, told_jws = null where entry_seq = 3`);
    expect(await findings()).toEqual([
      'card entry-unproven 1 of 1',
      'operator answer-missing 3 of 3',
      'operator peer-word-missing 3 of 3',
    ]);
  });

  it('of evidence signed by another key, though it bears the name of the right one', async () => {
    await forgeWord('pg', 1, makeSigner('pg-1'));
    expect((await findings()).slice(0, 2)).toEqual(['pg word-forged 1 of 1', 'pg entry-unproven 1 of 1']);
  });

  it('of a company that signs something else with its own key: the other keeps what it said before', async () => {
    await forgeWord('card', 1, world.signers.card);
    expect(await findings()).toEqual(['card entry-differs 1 of 1', 'card counterpart-missing 1 of 1']);
  });
});

/** One word is signed anew, on another charge. */
async function forgeWord(company: Company, seq: number, signer: ReturnType<typeof makeSigner>): Promise<void> {
  const db = ledgerOf(company);
  const row = await db.selectFrom('entry_evidence').selectAll().where('entry_seq', '=', seq).executeTakeFirstOrThrow();
  const own = createKeyOf(company);
  const opened = await openBookingEvidence(row.own_jws, own);
  if (!opened.ok) throw new Error(opened.code);
  const said: BookingEvidence = { ...opened.value };
  const split = {
    ...said.split,
    chargedWon: won(said.split.chargedWon - 1),
    merchantShareWon: won(said.split.merchantShareWon - 1),
  };
  const jws = await signBookingEvidence({ ...said, split }, signer);
  await tamper(company, `update entry_evidence set own_jws = '${jws}' where entry_seq = ${seq}`);
}

const createKeyOf = (company: Company) => () => createPublicKey(world.signers[company].privateKey);

describe('what the terminal asked for', () => {
  it('is missed where the record of the payment is gone', async () => {
    await tamper('operator', `delete from operator_payments where payment_id = '${paymentId(2)}'`);
    expect(await findings()).toEqual(['operator request-missing 2 of 2']);
  });

  it('is not believed of a key that the operator never enrolled, whatever its database says', async () => {
    const { signer, deviceId } = world.boxOf(shop);
    const forger = makeSigner(signer.kid);
    const row = await world.dbs.operator
      .selectFrom('operator_payments')
      .select('request_jws')
      .where('payment_id', '=', paymentId(1))
      .executeTakeFirstOrThrow();
    const jws = await signMessage(alterPayload(row.request_jws, { listAmountWon: 99_999 }), forger);
    await tamper(
      'operator',
      `update operator_payments set request_jws = '${jws}' where payment_id = '${paymentId(1)}'`,
      `update operator_device_keys set x = '${exportSigner(forger).x}' where device_id = '${deviceId}'`,
    );
    expect(await findings()).toEqual(['operator request-forged 1 of 1', 'operator request-forged 2 of 2']);
  });

  it('is not believed of a key that was retired before', async () => {
    const { deviceId } = world.boxOf(otherShop);
    await tamper(
      'operator',
      `update operator_device_keys set retired_at_ms = ${atMs - 3_600_000} where device_id = '${deviceId}'`,
    );
    expect(await findings()).toEqual([
      'operator request-forged 3 of 3',
      'operator request-forged 4 of 4',
      'operator request-forged 5 of 4',
    ]);
  });
});
