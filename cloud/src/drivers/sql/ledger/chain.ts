import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { LineName } from '@scanpay/shared/settlement/line-act.ts';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { LedgerEntry, PaymentEntry, Posting } from '../../../ports/ledger.ts';
import { type BookReader, type ChainedEntry, type ChainHead, chainStart } from '../../../ports/ledger-chain.ts';
import { lockChain } from '../book-locks.ts';
import { prepareQuery } from '../prepare-query.ts';
import { entryKey, payoutEntryKey, transferEntryKey } from './entry-key.ts';
import { asLedger, type LedgerEntryTable, type LedgerPostingTable, type LedgerTables } from './tables.ts';

const findLast = prepareQuery<LedgerTables, object, Pick<Selectable<LedgerEntryTable>, 'seq' | 'entry_hash'>>((db) =>
  db.selectFrom('ledger_entries').select(['seq', 'entry_hash']).orderBy('seq', 'desc').limit(1),
);

/** The last entry. Inside a transaction nobody appends between this and its end. */
export async function readChainHead<Tables extends LedgerTables>(
  database: Kysely<Tables> | Transaction<Tables>,
): Promise<ChainHead> {
  const db = asLedger(database);
  if (db.isTransaction) await lockChain(db);
  const last = await findLast.first(db, {});
  return last === undefined
    ? { throughSeq: 0, hash: chainStart }
    : { throughSeq: Number(last.seq), hash: last.entry_hash };
}

export function createBookReader<Tables extends LedgerTables>(database: Kysely<Tables>): BookReader {
  const db = asLedger(database);
  return {
    async readEntries(afterSeq, limit) {
      const rows = await db
        .selectFrom('ledger_entries')
        .selectAll()
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      const postings = await readPostings(db, afterSeq, Number(rows.at(-1)?.seq ?? afterSeq));
      return rows.map((row) => toChained(row, postings));
    },
    async readPayments(after, count) {
      const end = await db
        .selectFrom('ledger_entries')
        .select('payment_id')
        .where('payment_id', '>', after ?? ('' as PaymentId))
        .groupBy('payment_id')
        .orderBy('payment_id')
        .offset(count - 1)
        .limit(1)
        .executeTakeFirst();
      const next = end?.payment_id ?? null;
      return { entries: await readPaymentEntries(db, { after, through: next }), next };
    },
    async findPayouts(names) {
      const entries = await findByKey(db, names.map(payoutEntryKey));
      return entries.filter((entry) => entry.kind === 'payout');
    },
    async findTransfers(transferIds) {
      const entries = await findByKey(db, [...new Set(transferIds)].map(transferEntryKey));
      return entries.filter((entry) => entry.kind === 'transfer');
    },
    async listClosedDates() {
      const rows = await db.selectFrom('closed_dates').select('business_date').orderBy('business_date').execute();
      return rows.map((row) => row.business_date);
    },
    async listDayHeads() {
      const rows = await db.selectFrom('day_heads').selectAll().orderBy('business_date').execute();
      return rows.map((row) => ({
        businessDate: row.business_date,
        throughSeq: Number(row.through_seq),
        hash: row.head_hash,
        headJws: row.head_jws,
      }));
    },
  };
}

async function findByKey(db: Kysely<LedgerTables>, keys: readonly string[]): Promise<LedgerEntry[]> {
  if (keys.length === 0) return [];
  const rows = await db.selectFrom('ledger_entries').selectAll().where('entry_key', 'in', keys).execute();
  const found: LedgerEntry[] = [];
  for (const row of rows) {
    found.push(toChained(row, await readPostings(db, Number(row.seq) - 1, Number(row.seq))).entry);
  }
  return found;
}

/** What was booked of payments after one and through another (null: from the first, to the last), in order of both. */
export async function readPaymentEntries(
  db: Kysely<LedgerTables>,
  { after, through }: { after: PaymentId | null; through: PaymentId | null },
): Promise<ChainedEntry[]> {
  const inRange = db
    .selectFrom('ledger_entries')
    .where('payment_id', '>', after ?? ('' as PaymentId))
    .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId));
  const rows = await inRange.selectAll().orderBy('payment_id').orderBy('seq').execute();
  const postings = await inRange
    .innerJoin('ledger_postings', 'entry_seq', 'seq')
    .select(['entry_seq', 'account', 'amount_won'])
    .orderBy('entry_seq')
    .orderBy('position')
    .execute();
  const bySeq = groupPostings(postings);
  return rows.map((row) => toChained(row, bySeq));
}

/** What was booked of one payment, in order of booking. */
export async function findPaymentEntries(db: Kysely<LedgerTables>, paymentId: PaymentId): Promise<ChainedEntry[]> {
  const rows = await db
    .selectFrom('ledger_entries')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('seq')
    .execute();
  const entries: ChainedEntry[] = [];
  for (const row of rows) entries.push(toChained(row, await readPostings(db, Number(row.seq) - 1, Number(row.seq))));
  return entries;
}

function toChained(row: Selectable<LedgerEntryTable>, postings: Map<number, Posting[]>): ChainedEntry {
  const seq = Number(row.seq);
  const entry = toEntry(row, postings.get(seq) ?? []);
  const chained = { seq, entry, previousHash: row.previous_hash, hash: row.entry_hash };
  return entryKey(entry) === row.entry_key ? chained : { ...chained, isMisfiled: true };
}

async function readPostings(db: Kysely<LedgerTables>, afterSeq: number, throughSeq: number) {
  const rows = await db
    .selectFrom('ledger_postings')
    .selectAll()
    .where('entry_seq', '>', afterSeq)
    .where('entry_seq', '<=', throughSeq)
    .orderBy('entry_seq')
    .orderBy('position')
    .execute();
  return groupPostings(rows);
}

function groupPostings(rows: Pick<LedgerPostingTable, 'entry_seq' | 'account' | 'amount_won'>[]) {
  const bySeq = new Map<number, Posting[]>();
  for (const row of rows) {
    const seq = Number(row.entry_seq);
    const posting = { account: row.account, amountWon: Number(row.amount_won) as Won };
    bySeq.set(seq, [...(bySeq.get(seq) ?? []), posting]);
  }
  return bySeq;
}

/** Of `payout/{statement}/{payment}/{kind}/{cancel}`; undefined: of a whole statement. */
function readLineName(entryKey: string): LineName | undefined {
  const [, , paymentId, kind, cancelId = ''] = entryKey.split('/');
  if (paymentId === undefined || kind === undefined) return undefined;
  const name = { paymentId, kind, cancelId: cancelId === '' ? null : cancelId };
  return name as LineName;
}

/** @throws ScanPayError `internal` when a column that its kind needs is empty. */
function toEntry(row: Selectable<LedgerEntryTable>, postings: Posting[]): LedgerEntry {
  const booked = { atMs: Number(row.at_ms), businessDate: row.business_date, postings };
  if (row.kind === 'payout') {
    if (row.statement_id === null) throw new ScanPayError('internal', `entry ${row.seq} names no statement`);
    const line = readLineName(row.entry_key);
    const named = line === undefined ? {} : { line };
    return { kind: 'payout', statementId: row.statement_id, merchantId: row.merchant_id, ...named, ...booked };
  }
  if (row.kind === 'transfer') {
    const { transfer_id: transferId, merchant_id: merchantId } = row;
    if (transferId === null || merchantId === null) throw new ScanPayError('internal', `entry ${row.seq} names nobody`);
    return { kind: 'transfer', transferId, merchantId, ...booked };
  }
  if (row.payment_id === null || row.tender === null) {
    throw new ScanPayError('internal', `entry ${row.seq} names no payment`);
  }
  const amount = (column: Won | null): Won => Number(column) as Won;
  const split: PaymentEntry['split'] = {
    chargedWon: amount(row.charged_won),
    cardFeeWon: amount(row.card_fee_won),
    pgFeeWon: amount(row.pg_fee_won),
    operatorFeeWon: amount(row.operator_fee_won),
    merchantShareWon: amount(row.merchant_share_won),
  };
  const { kind, payment_id: paymentId, cancel_id: cancelId, merchant_id: merchantId, tender } = row;
  const known = { deviceId: row.device_id, payoutDate: row.payout_date };
  return { kind, paymentId, cancelId, merchantId, ...known, tender, split, ...booked };
}
