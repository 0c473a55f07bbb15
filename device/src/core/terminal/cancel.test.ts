import { describe, expect, it } from 'vitest';
import {
  approval,
  brief,
  cancelIdOf,
  cardSale,
  enter,
  noonMs,
  paid,
  paymentIdOf,
  startReady,
  step,
  today,
} from '../../testing/terminal-samples.ts';
import { nextDueMs } from './due.ts';

const id = paymentIdOf(1);

describe('cancel', () => {
  const newCancelId = cancelIdOf(1);

  it('is offered by the receipt’s code, recorded, sent and repeated until answered', () => {
    const offered = step(startReady(), {
      kind: 'scanned',
      scan: { kind: 'receipt', payment: paid },
      newPaymentId: paymentIdOf(9),
    });
    expect(offered.state.counter.kind).toBe('cancel-offered');
    const asked = step(offered.state, { kind: 'cancel-requested', payment: paid, newCancelId });
    expect(brief(asked.effects)).toEqual(['record open-cancel', 'send cancel']);
    const repeated = step(asked.state, { kind: 'tick' }, nextDueMs(asked.state));
    expect(brief(repeated.effects)).toEqual(['send cancel']);
    const outcome = { kind: 'cancelled', cancelledAtMs: noonMs, businessDate: today } as const;
    const done = step(repeated.state, { kind: 'cancel-result', cancelId: newCancelId, outcome });
    expect(brief(done.effects)).toEqual(['record close-cancel']);
    expect(done.state.counter).toMatchObject({ kind: 'cancelled', amountWon: 45_000 });
  });

  it.each([
    ['payment_state', { ...paid, state: 'cancelled' as const }],
    ['refund_window', { ...paid, approval: { ...approval, businessDate: '2026-11-22' as typeof today } }],
  ])('is refused with %s', (code, payment) => {
    expect(step(startReady(), { kind: 'cancel-requested', payment, newCancelId }).refused).toBe(code);
  });

  it('is refused for a receipt this box does not know; an entered sale is kept', () => {
    const scanned = { kind: 'scanned', scan: { kind: 'receipt', payment: null }, newPaymentId: id } as const;
    const { refused, state } = step(enter(startReady()), scanned);
    expect(refused).toBe('payment_unknown');
    expect(state.counter).toMatchObject({ kind: 'refused', sale: cardSale });
  });
});
