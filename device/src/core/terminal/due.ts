import { isOnCounter, putPayment, showCounter, startReversal } from './parts.ts';
import { isItsTurn } from './redeem.ts';
import type {
  Counter,
  Step,
  TerminalEffect,
  TerminalLimits,
  TerminalState,
  TrackedCancel,
  TrackedPayment,
} from './state.ts';

/** What is due by now: deadlines, repeats and counter pictures that end by themselves. */
export function doWhatIsDue(state: TerminalState, nowMs: number, limits: TerminalLimits): Step {
  let next = endCounter(state, nowMs);
  const effects: TerminalEffect[] = [];
  for (const payment of state.payments.values()) {
    const step = advancePayment(next, payment, nowMs, limits);
    next = step.state;
    effects.push(...step.effects);
  }
  for (const cancel of state.cancels.values()) {
    if (!next.linkUp || nowMs < cancel.nextSendAtMs) continue;
    const cancels = new Map(next.cancels);
    cancels.set(cancel.cancelId, { ...cancel, ...nextRepeat(cancel, nowMs, limits) });
    next = { ...next, cancels };
    effects.push({ do: 'send', what: 'cancel', cancelId: cancel.cancelId });
  }
  return { state: next, effects };
}

/** The earliest instant at which `doWhatIsDue` will have something to do; Infinity: nothing. */
export function nextDueMs(state: TerminalState): number {
  let due = 'untilMs' in state.counter ? state.counter.untilMs : Number.POSITIVE_INFINITY;
  for (const payment of state.payments.values()) {
    due = Math.min(due, payment.phaseEndsAtMs);
    if (state.linkUp && isToBeSent(state, payment)) due = Math.min(due, payment.nextSendAtMs);
  }
  if (state.linkUp) for (const cancel of state.cancels.values()) due = Math.min(due, cancel.nextSendAtMs);
  return due;
}

function isToBeSent(state: TerminalState, payment: TrackedPayment): boolean {
  return payment.phase === 'redeemed' ? isItsTurn(state, payment) : payment.phase !== 'recheck';
}

/** Everything unanswered goes out again at once, as after a reconnect. */
export function repeatAllAt(state: TerminalState, nowMs: number): TerminalState {
  const payments = new Map([...state.payments].map(([id, payment]) => [id, { ...payment, nextSendAtMs: nowMs }]));
  const cancels = new Map([...state.cancels].map(([id, cancel]) => [id, { ...cancel, nextSendAtMs: nowMs }]));
  return { ...state, payments, cancels };
}

function endCounter(state: TerminalState, nowMs: number): TerminalState {
  const { counter } = state;
  if (!('untilMs' in counter) || nowMs < counter.untilMs) return state;
  // A recheck ends with its payment's phase; everything else that has an end gives way to the idle picture.
  if (counter.kind === 'recheck') return state;
  return showCounter(state, { kind: 'idle' } satisfies Counter);
}

function advancePayment(
  state: TerminalState,
  payment: TrackedPayment,
  nowMs: number,
  limits: TerminalLimits,
): { state: TerminalState; effects: TerminalEffect[] } {
  if (payment.phase === 'recheck') {
    if (nowMs < payment.phaseEndsAtMs) return { state, effects: [] };
    return sendAfter(startReversal(state, payment, nowMs), payment, nowMs, limits);
  }
  if ((payment.phase === 'sent' || payment.phase === 'confirming') && nowMs >= payment.phaseEndsAtMs) {
    return sendAfter(becomeUnknown(state, payment, nowMs), payment, nowMs, limits);
  }
  if (!state.linkUp || nowMs < payment.nextSendAtMs || !isToBeSent(state, payment)) return { state, effects: [] };
  if (payment.phase === 'unknown' && payment.sends >= limits.inquiries) {
    return sendAfter(startReversal(state, payment, nowMs), payment, nowMs, limits);
  }
  const repeated = { ...payment, ...nextRepeat(payment, nowMs, limits) };
  return {
    state: putPayment(state, repeated),
    effects: [{ do: 'send', what: messageOf(payment), paymentId: payment.paymentId }],
  };
}

/** After a change of phase its first message goes out in the same step, once the phase is on disk. */
function sendAfter(
  step: { state: TerminalState; effects: TerminalEffect[] },
  payment: TrackedPayment,
  nowMs: number,
  limits: TerminalLimits,
): { state: TerminalState; effects: TerminalEffect[] } {
  const changed = step.state.payments.get(payment.paymentId);
  if (changed === undefined || !step.state.linkUp) return step;
  const sent = advancePayment(step.state, changed, nowMs, limits);
  return { state: sent.state, effects: [...step.effects, ...sent.effects] };
}

function becomeUnknown(
  state: TerminalState,
  payment: TrackedPayment,
  nowMs: number,
): { state: TerminalState; effects: TerminalEffect[] } {
  const { paymentId } = payment;
  const unknown: TrackedPayment = {
    ...payment,
    phase: 'unknown',
    phaseEndsAtMs: Number.POSITIVE_INFINITY,
    nextSendAtMs: nowMs,
    sends: 0,
  };
  const next = putPayment(state, unknown);
  return {
    state: isOnCounter(state, paymentId) ? showCounter(next, { kind: 'unknown', paymentId }) : next,
    effects: [{ do: 'record', what: 'phase', paymentId, phase: 'unknown' }],
  };
}

function messageOf(payment: TrackedPayment): 'request' | 'confirm' | 'inquiry' | 'reversal' {
  if (payment.phase === 'sent' || payment.phase === 'redeemed') return 'request';
  if (payment.phase === 'confirming') return 'confirm';
  return payment.phase === 'unknown' ? 'inquiry' : 'reversal';
}

/** Requests, confirmations and inquiries repeat evenly; what has no deadline doubles its pause up to a bound. */
function nextRepeat(
  tracked: TrackedPayment | TrackedCancel,
  nowMs: number,
  limits: TerminalLimits,
): { nextSendAtMs: number; sends: number } {
  const sends = tracked.sends + 1;
  const backsOff = !('phase' in tracked) || tracked.phase === 'reversing' || tracked.phase === 'redeemed';
  const pauseMs = backsOff
    ? Math.min(limits.repeatMs * 2 ** Math.min(tracked.sends, 16), limits.maxRepeatMs)
    : limits.repeatMs;
  return { sends, nextSendAtMs: nowMs + pauseMs };
}
