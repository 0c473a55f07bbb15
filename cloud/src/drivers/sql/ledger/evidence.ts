import type { Kysely } from 'kysely';
import type { EntryEvidence, EvidenceKey } from '../../../ports/ledger.ts';
import { prepareQuery } from '../prepare-query.ts';
import { paymentEntryKey } from './entry-key.ts';
import { asLedger, type EntryEvidenceTable, type LedgerTables } from './tables.ts';

const insertRow = prepareQuery<LedgerTables, EntryEvidenceTable, unknown>((db, row) =>
  db.insertInto('entry_evidence').values(row),
);
const findOwn = prepareQuery<LedgerTables, { key: string }, Pick<EntryEvidenceTable, 'own_jws'>>((db, { key }) =>
  db
    .selectFrom('ledger_entries')
    .innerJoin('entry_evidence', 'entry_evidence.entry_seq', 'ledger_entries.seq')
    .select('entry_evidence.own_jws')
    .where('ledger_entries.entry_key', '=', key),
);

/** In the transaction of the entry it belongs to. */
export async function insertEvidence(
  db: Kysely<LedgerTables>,
  entrySeq: number,
  paymentId: EvidenceKey['paymentId'],
  { ownJws, peerJws, toldJws }: EntryEvidence,
): Promise<void> {
  const documents = { own_jws: ownJws, peer_jws: peerJws, told_jws: toldJws };
  await insertRow.run(db, { entry_seq: entrySeq, payment_id: paymentId, ...documents });
}

/** The company's signed word on what it booked; undefined: it booked no such thing. */
export async function findOwnEvidence<Tables extends LedgerTables>(
  db: Kysely<Tables>,
  key: EvidenceKey,
): Promise<string | undefined> {
  return (await findOwn.first(asLedger(db), { key: paymentEntryKey(key) }))?.own_jws;
}
