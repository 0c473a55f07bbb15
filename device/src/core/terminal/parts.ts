import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Counter, Sale, Step, TerminalEffect, TerminalLimits, TerminalState, TrackedPayment } from './state.ts';

/** Small tools of the machine; every function returns a new state and leaves its argument alone. */

export const refuseInput = (state: TerminalState, code: ErrorCode): Step => ({ state, effects: [], refused: code });

export const stay = (state: TerminalState): Step => ({ state, effects: [] });

export const showCounter = (state: TerminalState, counter: Counter): TerminalState => ({ ...state, counter });

export function putPayment(state: TerminalState, payment: TrackedPayment): TerminalState {
  const payments = new Map(state.payments);
  payments.set(payment.paymentId, payment);
  return { ...state, payments };
}

export function dropPayment(state: TerminalState, paymentId: PaymentId): TerminalState {
  const payments = new Map(state.payments);
  payments.delete(paymentId);
  return { ...state, payments };
}

/** Whether the counter is about this payment, so that its news belong there. */
export function isOnCounter(state: TerminalState, paymentId: PaymentId): boolean {
  const { counter } = state;
  const kinds = ['paying', 'recheck', 'unknown'];
  return kinds.includes(counter.kind) && 'paymentId' in counter && counter.paymentId === paymentId;
}

/** The sale that waits for a scan, also while a refused one is shown, or the offer is being chosen. */
export function saleOnCounter({ counter }: TerminalState): Sale | null {
  const kinds = ['awaiting-scan', 'refused', 'choosing-offer'];
  return kinds.includes(counter.kind) && 'sale' in counter ? counter.sale : null;
}

/** Payments and cancels whose outcome is not known; of offline redemptions it is. */
export const countOpen = (state: TerminalState): number =>
  state.payments.size - waitingRedemptions(state).length + state.cancels.size;

/** Offline redemptions that the operator has not answered, in the order in which they were made. */
export const waitingRedemptions = (state: TerminalState): TrackedPayment[] =>
  [...state.payments.values()].filter(({ phase }) => phase === 'redeemed');

/** A scan or a sale that led to nothing; the entered sale is kept, for another scan. */
export function showRefusal(
  state: TerminalState,
  code: ErrorCode,
  sale: Sale | null,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  const untilMs = nowMs + (sale === null ? limits.showResultMs : limits.awaitScanMs);
  return { state: showCounter(state, { kind: 'refused', code, sale, untilMs }), effects: [], refused: code };
}

/** Turns a payment to reversal (망취소): recorded first, then sent until acknowledged. */
export function startReversal(
  state: TerminalState,
  payment: TrackedPayment,
  nowMs: number,
): { state: TerminalState; effects: TerminalEffect[] } {
  const reversing: TrackedPayment = {
    ...payment,
    phase: 'reversing',
    recheckFields: [],
    phaseEndsAtMs: Number.POSITIVE_INFINITY,
    nextSendAtMs: nowMs,
    sends: 0,
  };
  const { paymentId } = payment;
  const next = putPayment(state, reversing);
  return {
    state: isOnCounter(state, paymentId) ? showCounter(next, { kind: 'unknown', paymentId }) : next,
    effects: [{ do: 'record', what: 'phase', paymentId, phase: 'reversing' }],
  };
}
