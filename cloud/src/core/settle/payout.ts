import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { negateWon, sumWon, type Won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import { assertBalanced, type PayoutEntry, type Posting } from '../../ports/ledger.ts';
import { openAccounts } from './hops.ts';

/**
 * The entry that clears an approved statement: what card tender left open, and cash tender's fees, netted in one
 * payment. A negative total is money the other way: the receiver of the statement paid it.
 * @throws ScanPayError `internal` when the statement cannot be booked on this side.
 */
export function makePayoutEntry(
  direction: 'sent' | 'received',
  statement: Statement,
  atMs: number,
  businessDate: BusinessDate,
): PayoutEntry {
  const accounts = openAccounts[statement.hop][direction];
  if (accounts === null) throw new ScanPayError('internal', `no ledger for ${statement.hop} ${direction}`);
  const payableOf = (tender: Tender) =>
    sumWon(statement.lines.filter((line) => line.tender === tender).map((line) => line.payableWon));
  // The sender's debt falls (debit) as its bank pays (credit); for the receiver all signs are opposite.
  const turn = (amount: Won) => (direction === 'sent' ? amount : negateWon(amount));
  const postings: Posting[] = [
    { account: accounts.card, amountWon: turn(payableOf('card')) },
    { account: 'bank', amountWon: turn(negateWon(statement.totals.payableWon)) },
  ];
  if (accounts.cash !== null) postings.push({ account: accounts.cash, amountWon: turn(payableOf('cash')) });
  assertBalanced(postings);
  return { kind: 'payout', statementId: statement.statementId, atMs, businessDate, postings };
}
