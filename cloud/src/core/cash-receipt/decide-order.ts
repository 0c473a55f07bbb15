import type { IssuedReceipt } from '../../ports/cash-receipt-issuer.ts';
import type { ReceiptOrder } from '../../ports/cash-receipt-store.ts';

/** What is to be done about an order that is due. */
export type OrderDecision =
  | { do: 'issue' }
  | { do: 'cancel'; original: IssuedReceipt }
  /** Its receipt is not issued yet, after so many tries. */
  | { do: 'wait'; tries: number }
  /** There is nothing to issue, or nothing to cancel. */
  | { do: 'drop' };

/**
 * A receipt of a payment that was reversed before the issuer was ever called is not issued at all: the payment never
 * happened. Once it was called the receipt may exist, so it is first made certain and then cancelled. A cancellation waits
 * for its receipt, and is dropped with it.
 */
export function decideOrder(order: ReceiptOrder, ofPayment: readonly ReceiptOrder[]): OrderDecision {
  if (order.kind === 'issue') {
    const isReversed = ofPayment.some(({ kind, cancelId }) => kind === 'cancel' && cancelId === null);
    return isReversed && order.tries === 0 ? { do: 'drop' } : { do: 'issue' };
  }
  const issue = ofPayment.find(({ kind }) => kind === 'issue');
  if (issue === undefined || issue.state === 'failed' || issue.state === 'dropped') return { do: 'drop' };
  const { approvalNumber, approvedOn } = issue;
  if (issue.state === 'requested' || approvalNumber === null || approvedOn === null)
    return { do: 'wait', tries: issue.tries };
  return { do: 'cancel', original: { approvalNumber, approvedOn } };
}
