import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Counter, Sale, Step, TerminalEffect, TerminalState, TrackedPayment } from './state.ts';

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

/** The sale that waits for a scan, also while a refused one is shown. */
export function saleOnCounter({ counter }: TerminalState): Sale | null {
  if (counter.kind === 'awaiting-scan' || counter.kind === 'refused') return counter.sale;
  return null;
}

export const countOpen = (state: TerminalState): number => state.payments.size + state.cancels.size;

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
