import { refuse } from '@scanpay/shared/errors.ts';
import { describe, expect, it } from 'vitest';
import { cardSale, config, coupon, limits, noonMs, paymentIdOf, startReady } from '../../testing/terminal-samples.ts';
import type { PlainInput, Scan, Step, TerminalInput, TerminalState } from './state.ts';
import { stepTerminal } from './terminal.ts';
import { lightOf } from './view.ts';

const step = (state: TerminalState, input: PlainInput, nowMs = noonMs): Step =>
  stepTerminal(state, { ...input, nowMs } as TerminalInput, config);
const scan = (state: TerminalState, what: Scan, nowMs = noonMs): Step =>
  step(state, { kind: 'scanned', scan: what, newPaymentId: paymentIdOf(1) }, nowMs);

const strays: [string, Scan][] = [
  ['a coupon', coupon],
  ['a foreign code', { kind: 'coupon', text: 'x', sha256: 'x', coupon: refuse('barcode_unreadable') }],
  ['an old receipt', { kind: 'receipt', payment: null }],
];

describe('a stray scan', () => {
  it.each(strays)('takes no unknown payment off the counter: %s', (_, stray) => {
    const paying = scan(step(startReady(), { kind: 'sale-entered', sale: cardSale }).state, coupon).state;
    const overMs = noonMs + limits.deadlineMs;
    const unknown = step(paying, { kind: 'tick' }, overMs).state;
    const after = scan(unknown, stray, overMs);
    expect(after.refused).toBe('busy');
    expect(after.state.counter).toEqual({ kind: 'unknown', paymentId: paymentIdOf(1) });
    expect(lightOf(after.state)).toBe('unknown');
  });

  it('is no obstacle to the next sale, which the clerk enters first', () => {
    const paying = scan(step(startReady(), { kind: 'sale-entered', sale: cardSale }).state, coupon).state;
    const overMs = noonMs + limits.deadlineMs;
    const entered = step(
      step(paying, { kind: 'tick' }, overMs).state,
      { kind: 'sale-entered', sale: cardSale },
      overMs,
    );
    expect(scan(entered.state, coupon, overMs).state.counter.kind).toBe('paying');
  });
});
