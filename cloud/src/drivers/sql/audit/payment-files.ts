import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Kysely } from 'kysely';
import type { ChainedEntry } from '../../../ports/ledger-chain.ts';
import type { PaymentFile, PaymentFileReader, PaymentRecord } from '../../../ports/payment-files.ts';
import { readPaymentEntries } from '../ledger/chain.ts';
import { asLedger, type LedgerTables } from '../ledger/tables.ts';

/** Payments after one and through another; null: from the first, to the last. */
export interface PaymentRange {
  after: PaymentId | null;
  through: PaymentId | null;
}

/** What a company's own tables say of payments, beside its book. */
export interface RecordReader {
  /** Tables with a `payment_id` to go through. */
  tables: readonly string[];
  readRecords(range: PaymentRange): Promise<Map<PaymentId, PaymentRecord>>;
}

const bookTables = ['ledger_entries', 'entry_evidence'];

export function createPaymentFileReader<Tables extends LedgerTables>(
  database: Kysely<Tables>,
  { tables, readRecords }: RecordReader,
): PaymentFileReader {
  const db = asLedger(database);
  return {
    async findPageEnd(after, count) {
      const ends: PaymentId[] = [];
      for (const table of [...bookTables, ...tables]) {
        const end = await findEnd(db, table, after, count);
        if (end !== undefined) ends.push(end);
      }
      // No table has more than `count` payments up to the first of these.
      return ends.sort()[0] ?? null;
    },
    async readPage(after, through) {
      const range = { after, through };
      const files = new Map<PaymentId, PaymentFile>();
      const fileOf = (paymentId: PaymentId): PaymentFile => {
        const known = files.get(paymentId) ?? { paymentId, entries: [], evidence: [], record: null };
        files.set(paymentId, known);
        return known;
      };
      for (const chained of await readPaymentEntries(db, range)) {
        const paymentId = paymentIdOf(chained);
        if (paymentId !== null) fileOf(paymentId).entries.push(chained);
      }
      for (const row of await readEvidence(db, range)) {
        const { entry_seq, own_jws: ownJws, peer_jws: peerJws, told_jws: toldJws } = row;
        fileOf(row.payment_id).evidence.push({ seq: Number(entry_seq), ownJws, peerJws, toldJws });
      }
      for (const [paymentId, record] of await readRecords(range)) fileOf(paymentId).record = record;
      return [...files.values()].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
    },
  };
}

const paymentIdOf = ({ entry }: ChainedEntry): PaymentId | null =>
  entry.kind === 'payout' || entry.kind === 'transfer' ? null : entry.paymentId;

async function findEnd(
  db: Kysely<LedgerTables>,
  table: string,
  after: PaymentId | null,
  count: number,
): Promise<PaymentId | undefined> {
  // Every table named here has the column; Kysely's types know one table at a time.
  const row = await db
    .selectFrom(table as 'entry_evidence')
    .select('payment_id')
    .where('payment_id', '>', after ?? ('' as PaymentId))
    .groupBy('payment_id')
    .orderBy('payment_id')
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.payment_id;
}

function readEvidence(db: Kysely<LedgerTables>, { after, through }: PaymentRange) {
  return db
    .selectFrom('entry_evidence')
    .selectAll()
    .where('payment_id', '>', after ?? ('' as PaymentId))
    .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId))
    .orderBy('payment_id')
    .orderBy('entry_seq')
    .execute();
}
