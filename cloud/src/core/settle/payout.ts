import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { negateWon, type Won } from '@scanpay/shared/money.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import type { AgreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import { assertBalanced, type PayoutEntry, type Posting, type TransferEntry } from '../../ports/ledger.ts';
import { openAccounts } from './hops.ts';

/**
 * The entry that clears a statement, or what both sides agree on of it: what card tender left open, and cash tender's
 * fees, netted in one payment. A negative total is the other way round: the receiver of the statement pays it.
 * @throws ScanPayError `internal` when the statement cannot be booked on this side.
 */
export function makePayoutEntry(
  direction: 'sent' | 'received',
  { hop, statementId, receiver }: Pick<Statement, 'hop' | 'statementId' | 'receiver'>,
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
    { account: accounts.money, amountWon: turn(negateWon(agreed.payableWon)) },
  ];
  if (accounts.cash !== null) postings.push({ account: accounts.cash, amountWon: turn(agreed.cash.payableWon) });
  assertBalanced(postings);
  const merchantId = hop === 'S15' ? (receiver as MerchantId) : null;
  return { kind: 'payout', statementId, merchantId, atMs, businessDate, postings };
}

/**
 * The entry of all that is due to a merchant going to its bank account.
 * @throws ScanPayError `internal` when nothing is due.
 */
export function makeTransferEntry(
  transfer: Pick<TransferEntry, 'transferId' | 'merchantId' | 'atMs' | 'businessDate'>,
  amountWon: Won,
): TransferEntry {
  if (amountWon <= 0) throw new ScanPayError('internal', `a transfer of ${amountWon} won`);
  const postings: Posting[] = [
    { account: 'merchant-settlement', amountWon },
    { account: 'bank', amountWon: negateWon(amountWon) },
  ];
  return { kind: 'transfer', ...transfer, postings };
}
