import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { negateWon, type Won } from '@scanpay/shared/money.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import type { AgreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import { assertBalanced, type PayoutEntry, type Posting } from '../../ports/ledger.ts';
import { openAccounts } from './hops.ts';

/**
 * The entry that clears a statement, or what both sides agree on of it: what card tender left open, and cash tender's
 * fees, netted in one payment. A negative total is money the other way: the receiver of the statement paid it.
 * @throws ScanPayError `internal` when the statement cannot be booked on this side.
 */
export function makePayoutEntry(
  direction: 'sent' | 'received',
  { hop, statementId }: Pick<Statement, 'hop' | 'statementId'>,
  agreed: AgreedSums,
  atMs: number,
  businessDate: BusinessDate,
): PayoutEntry {
  const accounts = openAccounts[hop][direction];
  if (accounts === null) throw new ScanPayError('internal', `no ledger for ${hop} ${direction}`);
  // The sender's debt falls (debit) as its bank pays (credit); for the receiver all signs are opposite.
  const turn = (amount: Won) => (direction === 'sent' ? amount : negateWon(amount));
  const postings: Posting[] = [
    { account: accounts.card, amountWon: turn(agreed.card.payableWon) },
    { account: 'bank', amountWon: turn(negateWon(agreed.payableWon)) },
  ];
  if (accounts.cash !== null) postings.push({ account: accounts.cash, amountWon: turn(agreed.cash.payableWon) });
  assertBalanced(postings);
  return { kind: 'payout', statementId, atMs, businessDate, postings };
}
