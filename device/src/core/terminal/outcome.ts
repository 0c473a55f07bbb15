import type { ClosedOutcome } from '../../ports/journal.ts';
import { dropPayment, isOnCounter, putPayment, refuseInput, showCounter, startReversal, stay } from './parts.ts';
import type { Counter, Step, TerminalInput, TerminalLimits, TerminalState, TrackedPayment } from './state.ts';

type InputOf<K extends TerminalInput['kind']> = Extract<TerminalInput, { kind: K }>;

/**
 * S22: the operator's word on a payment. While a payment is being reversed only `reversed` counts: an approval that
 * comes late must not turn into goods handed over, for the reversal is on its way (DESIGN §3).
 */
export function takeResult(state: TerminalState, input: InputOf<'payment-result'>, limits: TerminalLimits): Step {
  const payment = state.payments.get(input.paymentId);
  if (payment === undefined) return stay(state);
  const { outcome, nowMs } = input;
  if (payment.phase === 'redeemed') return closeRedemption(state, payment, outcome, nowMs, limits);
  if (outcome.kind === 'reversed') return close(state, payment, outcome, nowMs, limits);
  if (payment.phase === 'reversing' || outcome.kind === 'processing') return stay(state);
  if (outcome.kind === 'approved' || outcome.kind === 'declined') return close(state, payment, outcome, nowMs, limits);
  if (outcome.kind === 'not-seen') {
    return payment.phase === 'unknown' ? startReversal(state, payment, nowMs) : stay(state);
  }
  // A repeated recheck of a payment that the clerk has answered already is an echo of the first one.
  if (payment.phase === 'confirming' || payment.phase === 'recheck') return stay(state);
  const untilMs = nowMs + limits.recheckMs;
  const { paymentId } = payment;
  const { fields } = outcome;
  const waiting = putPayment(state, {
    ...payment,
    phase: 'recheck',
    recheckFields: fields,
    phaseEndsAtMs: untilMs,
    sends: 0,
  });
  const shown = isOnCounter(state, paymentId) || state.counter.kind === 'idle';
  // A recheck nobody can see (the clerk has gone on to another sale) is not left to run out: it is reversed.
  if (!shown) return startReversal(state, payment, nowMs);
  return {
    state: showCounter(waiting, { kind: 'recheck', paymentId, fields, untilMs }),
    effects: [{ do: 'record', what: 'recheck', paymentId, fields }],
  };
}

/** The operator could not use our message. Whether the payment exists is then not certain: reverse it. */
export function takeRejection(state: TerminalState, input: InputOf<'payment-rejected'>): Step {
  const payment = state.payments.get(input.paymentId);
  // An offline redemption has happened: it is not taken back, but told again.
  if (payment === undefined || payment.phase === 'reversing' || payment.phase === 'redeemed') return stay(state);
  return startReversal(state, payment, input.nowMs);
}

/** The operator took the redemption, or did not; anything else is no answer yet. */
function closeRedemption(
  state: TerminalState,
  payment: TrackedPayment,
  outcome: InputOf<'payment-result'>['outcome'],
  nowMs: number,
  limits: TerminalLimits,
): Step {
  if (outcome.kind === 'approved' || outcome.kind === 'declined') return close(state, payment, outcome, nowMs, limits);
  if (outcome.kind !== 'reversed') return stay(state);
  return close(state, payment, { kind: 'declined', code: 'payment_reversed' }, nowMs, limits);
}

/** S09: the clerk confirmed or corrected every field that was asked for. */
export function confirmRecheck(
  state: TerminalState,
  input: InputOf<'recheck-confirmed'>,
  limits: TerminalLimits,
): Step {
  const payment = state.payments.get(input.paymentId);
  if (payment === undefined || payment.phase !== 'recheck') return refuseInput(state, 'payment_state');
  const missing = payment.recheckFields.some((field) => input.confirmed[field.name] === undefined);
  const asked = new Set<string>(payment.recheckFields.map((field) => field.name));
  const foreign = Object.keys(input.confirmed).some((name) => !asked.has(name));
  if (missing || foreign) return refuseInput(state, 'invalid_input');
  if (!state.linkUp) return refuseInput(state, 'offline');
  const { paymentId, request } = payment;
  const { nowMs, confirmed } = input;
  const expiresAtMs = nowMs + limits.deadlineMs;
  const confirming: TrackedPayment = {
    ...payment,
    phase: 'confirming',
    recheckFields: [],
    phaseEndsAtMs: expiresAtMs,
    nextSendAtMs: nowMs + limits.repeatMs,
    sends: 1,
  };
  const { tender, listAmountWon, headcount, visitDate } = request;
  const sale = { tender, listAmountWon, headcount, visitDate };
  return {
    state: showCounter(putPayment(state, confirming), { kind: 'paying', paymentId, sale }),
    effects: [
      { do: 'record', what: 'confirm', paymentId, confirmed, expiresAtMs },
      { do: 'send', what: 'confirm', paymentId },
    ],
  };
}

function close(
  state: TerminalState,
  payment: TrackedPayment,
  outcome: ClosedOutcome,
  nowMs: number,
  limits: TerminalLimits,
): Step {
  const { paymentId, request } = payment;
  const closed = dropPayment(state, paymentId);
  const picture = pictureOf(paymentId, outcome, nowMs + limits.showResultMs);
  return {
    state: isOnCounter(state, paymentId) ? showCounter(closed, picture) : closed,
    effects: [{ do: 'record', what: 'close-payment', paymentId, request, outcome }],
  };
}

function pictureOf(paymentId: TrackedPayment['paymentId'], outcome: ClosedOutcome, untilMs: number): Counter {
  if (outcome.kind === 'approved') return { kind: 'approved', paymentId, approval: outcome.approval, untilMs };
  if (outcome.kind === 'declined') return { kind: 'declined', paymentId, code: outcome.code, untilMs };
  return { kind: 'reversed', paymentId, untilMs };
}
