import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Transaction } from 'kysely';
import { assertBalanced, type LedgerEntry, type PaymentEntry } from '../../../ports/ledger.ts';
import { hashLedgerEntry } from '../../../ports/ledger-chain.ts';
import { prepareQuery } from '../prepare-query.ts';
import { readChainHead } from './chain.ts';
import { isBusinessDateClosed } from './closed-dates.ts';
import { entryKey } from './entry-key.ts';
import { insertEvidence } from './evidence.ts';
import { asLedger, type LedgerEntryTable, type LedgerPostingTable, type LedgerTables } from './tables.ts';

function toRow(entry: LedgerEntry, previousHash: string): Omit<LedgerEntryTable, 'seq'> {
  const common = {
    entry_key: entryKey(entry),
    kind: entry.kind,
    at_ms: entry.atMs,
    business_date: entry.businessDate,
    previous_hash: previousHash,
    entry_hash: hashLedgerEntry(previousHash, entry),
  };
  if (entry.kind === 'payout' || entry.kind === 'transfer') {
    const none = { payment_id: null, cancel_id: null, device_id: null, tender: null, payout_date: null };
    const noSplit = { charged_won: null, card_fee_won: null, pg_fee_won: null, operator_fee_won: null };
    const subject = {
      merchant_id: entry.merchantId,
      statement_id: entry.kind === 'payout' ? entry.statementId : null,
      transfer_id: entry.kind === 'transfer' ? entry.transferId : null,
    };
    return { ...common, ...none, ...noSplit, merchant_share_won: null, ...subject };
  }
  return {
    ...common,
    payment_id: entry.paymentId,
    cancel_id: entry.cancelId,
    statement_id: null,
    transfer_id: null,
    merchant_id: entry.merchantId,
    device_id: entry.deviceId,
    tender: entry.tender,
    charged_won: entry.split.chargedWon,
    card_fee_won: entry.split.cardFeeWon,
    pg_fee_won: entry.split.pgFeeWon,
    operator_fee_won: entry.split.operatorFeeWon,
    merchant_share_won: entry.split.merchantShareWon,
    payout_date: entry.payoutDate,
  };
}

const isPayment = (entry: LedgerEntry): entry is PaymentEntry => entry.kind !== 'payout' && entry.kind !== 'transfer';

const insertEntry = prepareQuery<LedgerTables, Omit<LedgerEntryTable, 'seq'>, { seq: number }>((db, row) =>
  db.insertInto('ledger_entries').values(row).returning('seq'),
);
const insertPostings = prepareQuery<LedgerTables, { rows: LedgerPostingTable[] }, unknown>((db, { rows }) =>
  db.insertInto('ledger_postings').values(rows),
);

/**
 * Books an entry inside the caller's transaction, together with whatever it belongs to and its evidence, as the next link of the
 * chain.
 * The caller guarantees that it books each event once: a second append violates a unique key and throws, also when it
 * is identical. For a payment entry the caller's transaction is one of `holdingDates`.
 * @throws ScanPayError `internal` when debits and credits differ; `date_closed` for a payment entry on a closed date.
 */
export async function appendLedgerEntry<Tables extends LedgerTables>(
  transaction: Transaction<Tables>,
  entry: LedgerEntry,
): Promise<void> {
  assertBalanced(entry.postings);
  const trx = asLedger(transaction);
  if (isPayment(entry) && (await isBusinessDateClosed(transaction, entry.businessDate))) {
    throw new ScanPayError('date_closed', entry.businessDate);
  }
  const { hash: previousHash } = await readChainHead(transaction);
  const inserted = await insertEntry.first(trx, toRow(entry, previousHash));
  if (inserted === undefined) throw new ScanPayError('internal', 'the entry was not written');
  const postings = entry.postings.filter((posting) => posting.amountWon !== 0);
  if (isPayment(entry) && entry.evidence !== undefined) {
    await insertEvidence(trx, inserted.seq, entry.paymentId, entry.evidence);
  }
  if (postings.length === 0) return;
  const rows = postings.map(({ account, amountWon }, position) => ({
    entry_seq: inserted.seq,
    position,
    account,
    amount_won: amountWon,
  }));
  await insertPostings.run(trx, { rows });
}
