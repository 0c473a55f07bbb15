import { describe, expect, it } from 'vitest';
import {
  approval,
  cancelIdOf,
  cardSale,
  coupon,
  enter,
  limits,
  noonMs,
  paid,
  paymentIdOf,
  startReady,
  step,
} from '../../testing/terminal-samples.ts';
import type { PlainInput, TerminalState } from './state.ts';
import { closedForUpdateMs } from './update.ts';
import { lightOf, viewCounter } from './view.ts';

const ask = (state: TerminalState, nowMs = noonMs) => step(state, { kind: 'update-asked' }, nowMs);
const scan = (state: TerminalState) =>
  step(state, { kind: 'scanned', scan: coupon, newPaymentId: paymentIdOf(1) }).state;
const paying = scan(enter(startReady()));

describe('an update that asks for the counter', () => {
  it.each<[string, TerminalState]>([
    ['a sale waits for its scan', enter(startReady())],
    ['a payment is under way', paying],
    ['its result is not known', step(paying, { kind: 'tick' }, noonMs + limits.deadlineMs).state],
    [
      'its result is still to be read',
      step(paying, { kind: 'payment-result', paymentId: paymentIdOf(1), outcome: { kind: 'approved', approval } })
        .state,
    ],
    ['a refund is to be named', step(startReady(), { kind: 'refund-asked' }).state],
    [
      'a cancel has no answer, though the counter has gone on',
      {
        ...step(startReady(), { kind: 'cancel-requested', payment: paid, newCancelId: cancelIdOf(1) }).state,
        counter: { kind: 'idle' },
      },
    ],
    ['a payment is being reversed, though the counter has gone on', { ...paying, counter: { kind: 'idle' } }],
  ])('does not get it while %s', (_what, state) => {
    const asked = ask(state);
    expect(asked.refused).toBe('busy');
    expect(asked.state.counter).toEqual(state.counter);
  });

  it('gets it when nothing is open, and then nothing begins', () => {
    const closed = ask(startReady()).state;
    expect(closed.counter).toEqual({ kind: 'updating', untilMs: noonMs + closedForUpdateMs });
    expect([lightOf(closed), viewCounter(closed.counter).kind]).toEqual(['starting', 'updating']);
    const beginnings: PlainInput[] = [
      { kind: 'sale-entered', sale: cardSale },
      { kind: 'abandoned' },
      { kind: 'scanned', scan: coupon, newPaymentId: paymentIdOf(1) },
      { kind: 'auth-number-entered', authNumber: '1' as never, newPaymentId: paymentIdOf(1) },
      { kind: 'recheck-confirmed', paymentId: paymentIdOf(1), confirmed: {} },
      { kind: 'refund-asked' },
      { kind: 'cancel-requested', payment: paid, newCancelId: cancelIdOf(1) },
    ];
    for (const input of beginnings) {
      const tried = step(closed, input);
      expect(tried.refused, input.kind).toBe('updating');
      expect(tried.state, input.kind).toEqual(closed);
      expect(tried.effects, input.kind).toEqual([]);
    }
    expect(step(closed, { kind: 'link', up: false }).state).toMatchObject({ linkUp: false, counter: closed.counter });
  });

  it('gives it back, or loses it after a while; asking again keeps it', () => {
    const closed = ask(startReady()).state;
    expect(step(closed, { kind: 'update-ended' }).state.counter).toEqual({ kind: 'idle' });
    const again = ask(closed, noonMs + 1_000).state;
    expect(step(again, { kind: 'tick' }, noonMs + closedForUpdateMs).state.counter.kind).toBe('updating');
    const over = step(again, { kind: 'tick' }, noonMs + closedForUpdateMs + 1_000).state;
    expect(over.counter).toEqual({ kind: 'idle' });
    expect(scan(enter(over)).counter.kind).toBe('paying');
    expect(step(paying, { kind: 'update-ended' }).state.counter.kind).toBe('paying');
  });
});
