import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { negateWon, type Won, won } from '@scanpay/shared/money.ts';
import { agreedLine, type LineName, type LineOutcome } from '@scanpay/shared/settlement/line-act.ts';
import type { Statement, StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { assertBalanced, type PayoutEntry, type Posting } from '../../ports/ledger.ts';
import { openAccounts } from './hops.ts';

/**
 * The entry that settles a disputed line in one company's book: what its own version left open is cleared, the agreed
 * amount moves, and the difference is borne by whoever gave way (잡손익). For the other side there is none.
 * @throws ScanPayError `internal` when the line cannot be booked on this side.
 */
export function makeLinePayout(
  direction: 'sent' | 'received',
  { hop, statementId, receiver }: Pick<Statement, 'hop' | 'statementId' | 'receiver'>,
  { fault, line, outcome }: { fault: StatementFault; line: LineName; outcome: LineOutcome },
  atMs: number,
  businessDate: BusinessDate,
): PayoutEntry {
  const accounts = openAccounts[hop][direction];
  const own = direction === 'sent' ? fault.theirs : fault.ours;
  const account = own?.tender === 'cash' ? accounts?.cash : accounts?.card;
  if (accounts === null || account === null || account === undefined) {
    throw new ScanPayError('internal', `no ledger for a line of ${hop} ${direction}`);
  }
  const ownWon = own?.payableWon ?? won(0);
  const agreedWon = agreedLine(fault, outcome)?.payableWon ?? won(0);
  // The sender's debt falls (debit) as its bank pays (credit); for the receiver all signs are opposite.
  const turn = (amount: Won) => (direction === 'sent' ? amount : negateWon(amount));
  const postings: Posting[] = [
    { account, amountWon: turn(ownWon) },
    { account: accounts.money, amountWon: turn(negateWon(agreedWon)) },
    { account: 'settlement-difference', amountWon: turn(won(agreedWon - ownWon)) },
  ];
  assertBalanced(postings);
  const { kind, paymentId, cancelId } = line;
  const merchantId = hop === 'S15' ? (receiver as MerchantId) : null;
  return { kind: 'payout', statementId, merchantId, line: { kind, paymentId, cancelId }, atMs, businessDate, postings };
}
