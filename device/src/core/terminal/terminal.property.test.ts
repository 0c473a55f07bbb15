import type { AuthNumber } from '@scanpay/shared/ids.ts';
import type { PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  approval,
  cancelIdOf,
  cardSale,
  cashSale,
  config,
  coupon,
  noonMs,
  paymentIdOf,
  startReady,
} from '../../testing/terminal-samples.ts';
import { nextDueMs } from './due.ts';
import type { PlainInput, Step, TerminalInput, TerminalState } from './state.ts';
import { stepTerminal } from './terminal.ts';

const outcome = fc.constantFrom<PaymentOutcome>(
  { kind: 'approved', approval },
  { kind: 'declined', code: 'coupon_used' },
  { kind: 'recheck', fields: [{ name: 'headcount', requested: 2, registered: 3 }] },
  { kind: 'reversed' },
  { kind: 'processing' },
  { kind: 'not-seen' },
);
const serial = fc.integer({ min: 1, max: 4 });

const anyInput: fc.Arbitrary<PlainInput> = fc.oneof(
  fc.boolean().map((up) => ({ kind: 'link', up }) as const),
  fc.constant({ kind: 'tick' } as const),
  fc.constantFrom(cardSale, cashSale).map((sale) => ({ kind: 'sale-entered', sale }) as const),
  fc.constant({ kind: 'abandoned' } as const),
  fc.constant({ kind: 'scanned', scan: coupon, newPaymentId: paymentIdOf(0) } as const),
  fc.constant({
    kind: 'auth-number-entered',
    authNumber: '123456789012' as AuthNumber,
    newPaymentId: paymentIdOf(0),
  } as const),
  fc
    .tuple(serial, outcome)
    .map(([n, word]) => ({ kind: 'payment-result', paymentId: paymentIdOf(n), outcome: word }) as const),
  serial.map((n) => ({ kind: 'payment-rejected', paymentId: paymentIdOf(n), code: 'message_stale' }) as const),
  serial.map((n) => ({ kind: 'recheck-confirmed', paymentId: paymentIdOf(n), confirmed: { headcount: 2 } }) as const),
  serial.map(
    (n) =>
      ({
        kind: 'cancel-result',
        cancelId: cancelIdOf(n),
        outcome: { kind: 'declined', code: 'payment_state' },
      }) as const,
  ),
);

/** Follows what the machine records and sends, and holds it to what it may. */
function createWitness() {
  const opened = new Set<string>();
  const closed = new Set<string>();
  const reversing = new Set<string>();
  const record = (effect: Extract<Step['effects'][number], { do: 'record' }>): void => {
    if (effect.what === 'open-payment') {
      expect(opened).not.toContain(effect.paymentId);
      opened.add(effect.paymentId);
    }
    if (effect.what === 'phase' && effect.phase === 'reversing') reversing.add(effect.paymentId);
    if (effect.what === 'close-payment') {
      expect(closed).not.toContain(effect.paymentId);
      if (reversing.has(effect.paymentId)) expect(effect.outcome.kind).toBe('reversed');
      closed.add(effect.paymentId);
    }
  };
  return {
    watch({ effects }: Step): void {
      for (const effect of effects) if (effect.do === 'record') record(effect);
      for (const effect of effects) {
        if (effect.do === 'send' && 'paymentId' in effect) expect(opened).toContain(effect.paymentId);
      }
    },
    /** Nothing open is ever forgotten, and something is always due while the link is up. */
    checkNothingForgotten(state: TerminalState): void {
      expect([...state.payments.keys()].sort()).toEqual([...opened].filter((each) => !closed.has(each)).sort());
      if (state.payments.size > 0 && state.linkUp) expect(Number.isFinite(nextDueMs(state))).toBe(true);
    },
  };
}

/** Whatever comes in whatever order: the promises of DESIGN §3 that a terminal can keep by itself. */
it('records before it sends, closes once, and never approves what it is reversing', () => {
  const steps = fc.array(fc.tuple(anyInput, fc.integer({ min: 0, max: 15_000 })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (inputs) => {
      const witness = createWitness();
      let state = startReady();
      let nowMs = noonMs;
      let serials = 0;
      for (const [plain, passMs] of inputs) {
        nowMs += passMs;
        if ('newPaymentId' in plain) serials += 1;
        const ids = 'newPaymentId' in plain ? { newPaymentId: paymentIdOf(serials) } : {};
        const step = stepTerminal(state, { ...plain, ...ids, nowMs } as TerminalInput, config);
        witness.watch(step);
        witness.checkNothingForgotten(step.state);
        state = step.state;
      }
    }),
    { numRuns: 500 },
  );
});
