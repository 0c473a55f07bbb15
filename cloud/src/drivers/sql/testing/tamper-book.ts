import { type Kysely, sql } from 'kysely';
import { chainStart, hashLedgerEntry } from '../../../ports/ledger-chain.ts';
import { createBookReader } from '../ledger/chain.ts';
import { asLedger, type LedgerTables } from '../ledger/tables.ts';

const kept = [
  ...['ledger_entries', 'ledger_postings', 'day_heads', 'entry_evidence'],
  ...['operator_contracts', 'operator_revocations'],
];

/** What somebody with the database in hand can do: the triggers that keep the book are only its lock. */
export async function tamperWith<Tables extends LedgerTables>(
  database: Kysely<Tables>,
  ...statements: string[]
): Promise<void> {
  const db = asLedger(database);
  for (const table of kept) {
    for (const change of ['update', 'delete']) {
      await sql.raw(`drop trigger if exists ${table}_no_${change}`).execute(db);
    }
  }
  await sql`pragma foreign_keys = off`.execute(db);
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Gives every entry the hash that belongs to what it says now: the chain holds, and only evidence tells. */
export async function rehashBook<Tables extends LedgerTables>(database: Kysely<Tables>): Promise<void> {
  const db = asLedger(database);
  await sql`update ledger_entries set previous_hash = 'p' || seq, entry_hash = 'e' || seq`.execute(db);
  let previousHash = chainStart;
  for (const { seq, entry } of await createBookReader(db).readEntries(0, 1_000)) {
    const hash = hashLedgerEntry(previousHash, entry);
    const values = { previous_hash: previousHash, entry_hash: hash };
    await db.updateTable('ledger_entries').set(values).where('seq', '=', seq).execute();
    previousHash = hash;
  }
}

/** The payload of a compact JWS, with some members changed; whoever has a key can sign it anew. */
export function alterPayload(jws: string, differing: object): object {
  const payload = jws.split('.')[1] ?? '';
  return { ...(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object), ...differing };
}
