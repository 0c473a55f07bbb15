import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import { isWithinRefundLimit } from '@scanpay/shared/settlement/refund-limit.ts';
import type { PaymentRecord } from '../../ports/journal.ts';
import { countOpen, refuseInput, saleOnCounter, showCounter, stay } from './parts.ts';
import type { Step, TerminalInput, TerminalLimits, TerminalState } from './state.ts';

type InputOf<K extends TerminalInput['kind']> = Extract<TerminalInput, { kind: K }>;

/** What can still be refunded of an approved payment, in won. */
const leftOf = ({ approval, refunded }: PaymentRecord): Won =>
  won((approval?.split.chargedWon ?? 0) - refunded.refundedWon);

/**
 * Why this payment cannot be refunded by this amount; undefined: it can, as far as this box knows. For how many days is
 * the operator's own rule, and its answer.
 */
function whyNotRefundable(payment: PaymentRecord, amountWon: Won): ErrorCode | undefined {
  const { state, approval, refunded } = payment;
  if (state === 'cancelled') return 'refund_limit';
  if (state !== 'approved' || approval === null) return 'payment_state';
  return isWithinRefundLimit(approval.split.chargedWon, refunded, amountWon) ? undefined : 'refund_limit';
}

/** The clerk will scan a receipt or the coupon, to give money back. */
export function awaitRefund(state: TerminalState, nowMs: number, limits: TerminalLimits): Step {
  if (['paying', 'recheck', 'cancelling', 'unknown'].includes(state.counter.kind)) return refuseInput(state, 'busy');
  return stay(showCounter(state, { kind: 'awaiting-refund', untilMs: nowMs + limits.awaitScanMs }));
}

/** A receipt's code was scanned, or the coupon when a refund was asked for: the clerk confirms it on the page. */
export function offerCancel(
  state: TerminalState,
  payment: PaymentRecord | null,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  const code = payment === null ? 'payment_unknown' : whyNotRefundable(payment, leftOf(payment));
  if (code !== undefined || payment === null || payment.approval === null) {
    const refused = code ?? 'payment_unknown';
    const untilMs = nowMs + limits.showResultMs;
    return {
      state: showCounter(state, { kind: 'refused', code: refused, sale: saleOnCounter(state), untilMs }),
      effects: [],
      refused,
    };
  }
  const { paymentId, approval } = payment;
  const untilMs = nowMs + limits.recheckMs;
  const offered = { kind: 'cancel-offered', paymentId, approval, leftWon: leftOf(payment), untilMs } as const;
  return { state: showCounter(state, offered), effects: [] };
}

/**
 * The clerk gives back an approved payment or a part of it; without an amount, all that is left. Repeated until answered;
 * never reversed. One at a time of a payment, so that box and operator book them in the same order.
 */
export function requestCancel(state: TerminalState, input: InputOf<'cancel-requested'>, limits: TerminalLimits): Step {
  const { counter } = state;
  if (['paying', 'recheck', 'cancelling'].includes(counter.kind)) return refuseInput(state, 'busy');
  if (!state.linkUp) return refuseInput(state, 'offline');
  if (countOpen(state) >= limits.maxOpen) return refuseInput(state, 'journal_full');
  const leftNowWon = leftOf(input.payment);
  const amountWon = input.amountWon ?? leftNowWon;
  const code = whyNotRefundable(input.payment, amountWon);
  if (code !== undefined) return refuseInput(state, code);
  const { paymentId } = input.payment;
  if ([...state.cancels.values()].some((open) => open.paymentId === paymentId)) return refuseInput(state, 'busy');
  const { newCancelId: cancelId, nowMs } = input;
  const leftWon = won(leftNowWon - amountWon);
  const cancels = new Map(state.cancels);
  cancels.set(cancelId, { cancelId, paymentId, amountWon, nextSendAtMs: nowMs + limits.repeatMs, sends: 1 });
  return {
    state: showCounter({ ...state, cancels }, { kind: 'cancelling', cancelId, paymentId, leftWon }),
    effects: [
      { do: 'record', what: 'open-cancel', cancelId, paymentId, amountWon },
      { do: 'send', what: 'cancel', cancelId },
    ],
  };
}

export function takeCancelResult(state: TerminalState, input: InputOf<'cancel-result'>, limits: TerminalLimits): Step {
  const open = state.cancels.get(input.cancelId);
  if (open === undefined) return { state, effects: [] };
  const cancels = new Map(state.cancels);
  cancels.delete(input.cancelId);
  const { paymentId, cancelId, amountWon } = open;
  const next = { ...state, cancels };
  const { counter } = state;
  const effects = [
    { do: 'record', what: 'close-cancel', cancelId, paymentId, amountWon, outcome: input.outcome },
  ] as const;
  if (counter.kind !== 'cancelling' || counter.cancelId !== cancelId) return { state: next, effects: [...effects] };
  const untilMs = input.nowMs + limits.showResultMs;
  const { outcome } = input;
  const { leftWon } = counter;
  const picture =
    outcome.kind === 'cancelled'
      ? ({ kind: 'cancelled', paymentId, amountWon, leftWon, tax: outcome.tax ?? null, untilMs } as const)
      : ({ kind: 'cancel-declined', paymentId, code: outcome.code, untilMs } as const);
  return { state: showCounter(next, picture), effects: [...effects] };
}
