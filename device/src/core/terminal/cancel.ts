import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { PaymentRecord } from '../../ports/journal.ts';
import { countOpen, refuseInput, saleOnCounter, showCounter } from './parts.ts';
import type { Step, TerminalInput, TerminalLimits, TerminalState } from './state.ts';

type InputOf<K extends TerminalInput['kind']> = Extract<TerminalInput, { kind: K }>;

/** Why this payment cannot be cancelled here and now; undefined: it can. Only same-day cancels (DESIGN §2, Refund). */
function whyNotCancellable(payment: PaymentRecord | null, nowMs: number): ErrorCode | undefined {
  if (payment === null) return 'payment_unknown';
  if (payment.state !== 'approved' || payment.approval === null) return 'payment_state';
  return payment.approval.businessDate === businessDateAt(nowMs) ? undefined : 'refund_window';
}

/** A receipt's code was scanned: offer the cancel, the clerk confirms it on the page. */
export function offerCancel(
  state: TerminalState,
  payment: PaymentRecord | null,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  const code = whyNotCancellable(payment, nowMs);
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
  return { state: showCounter(state, { kind: 'cancel-offered', paymentId, approval, untilMs }), effects: [] };
}

/** The clerk cancels an approved payment of today, whole. Repeated until answered; never reversed. */
export function requestCancel(state: TerminalState, input: InputOf<'cancel-requested'>, limits: TerminalLimits): Step {
  const { counter } = state;
  if (['paying', 'recheck', 'cancelling'].includes(counter.kind)) return refuseInput(state, 'busy');
  if (!state.linkUp) return refuseInput(state, 'offline');
  if (countOpen(state) >= limits.maxOpen) return refuseInput(state, 'journal_full');
  const code = whyNotCancellable(input.payment, input.nowMs);
  if (code !== undefined || input.payment.approval === null) return refuseInput(state, code ?? 'payment_state');
  const { paymentId, approval } = input.payment;
  if ([...state.cancels.values()].some((open) => open.paymentId === paymentId)) return refuseInput(state, 'busy');
  const { newCancelId: cancelId, nowMs } = input;
  const amountWon = approval.split.chargedWon;
  const cancels = new Map(state.cancels);
  cancels.set(cancelId, { cancelId, paymentId, amountWon, nextSendAtMs: nowMs + limits.repeatMs, sends: 1 });
  return {
    state: showCounter({ ...state, cancels }, { kind: 'cancelling', cancelId, paymentId }),
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
  const shown = counter.kind === 'cancelling' && counter.cancelId === cancelId;
  const untilMs = input.nowMs + limits.showResultMs;
  const picture =
    input.outcome.kind === 'cancelled'
      ? ({ kind: 'cancelled', paymentId, amountWon, untilMs } as const)
      : ({ kind: 'cancel-declined', paymentId, code: input.outcome.code, untilMs } as const);
  return {
    state: shown ? showCounter(next, picture) : next,
    effects: [{ do: 'record', what: 'close-cancel', cancelId, paymentId, outcome: input.outcome }],
  };
}
