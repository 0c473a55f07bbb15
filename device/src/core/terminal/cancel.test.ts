import { addBusinessDays } from '@scanpay/shared/clock.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { CouponId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { maxRefunds } from '@scanpay/shared/settlement/refund-limit.ts';
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
    ['payment_state', { ...paid, state: 'declined' as const, approval: null }],
    ['refund_limit', { ...paid, state: 'cancelled' as const }],
    ['refund_limit', { ...paid, refunded: { refundedWon: won(45_000), refundCount: 2 } }],
    ['refund_limit', { ...paid, refunded: { refundedWon: won(100), refundCount: maxRefunds } }],
  ])('is refused with %s', (code, payment) => {
    expect(step(startReady(), { kind: 'cancel-requested', payment, newCancelId }).refused).toBe(code);
  });

  it('gives back a part, up to what is left, also of a payment of another day', () => {
    const yesterday = { ...approval, businessDate: addBusinessDays(today, -1) };
    const payment = { ...paid, approval: yesterday, refunded: { refundedWon: won(10_000), refundCount: 1 } };
    const ask = (amountWon: number) =>
      step(startReady(), { kind: 'cancel-requested', payment, amountWon: won(amountWon), newCancelId });
    expect(ask(35_001).refused).toBe('refund_limit');
    const asked = ask(5_000);
    expect(asked.effects[0]).toMatchObject({ what: 'open-cancel', amountWon: 5_000 });
    const outcome = { kind: 'cancelled', cancelledAtMs: noonMs, businessDate: today } as const;
    const done = step(asked.state, { kind: 'cancel-result', cancelId: newCancelId, outcome });
    expect(done.state.counter).toMatchObject({ kind: 'cancelled', amountWon: 5_000, leftWon: 30_000 });
    const again = { kind: 'cancel-requested', payment, newCancelId: cancelIdOf(2) } as const;
    expect(step(asked.state, again).refused).toBe('busy');
    expect(step(done.state, again).effects[0]).toMatchObject({ amountWon: 35_000 });
  });

  it('is offered by the coupon, expired or not, when a refund was asked for', () => {
    const waiting = step(startReady(), { kind: 'refund-asked' });
    expect(waiting.state.counter.kind).toBe('awaiting-refund');
    const coupon = { couponId: '00112233aabbccdd' as CouponId, notBeforeMs: 0, expiresAtMs: noonMs - 1 };
    const scan = { kind: 'coupon', text: 'SP1:X', sha256: 'x', coupon: accept(coupon), refundable: paid } as const;
    const scanned = { kind: 'scanned', scan, newPaymentId: paymentIdOf(9) } as const;
    const { counter } = step(waiting.state, scanned).state;
    expect(counter).toMatchObject({ kind: 'cancel-offered', paymentId: id, leftWon: 45_000 });
    const none = step(waiting.state, { ...scanned, scan: { ...scan, refundable: null } });
    expect(none.refused).toBe('payment_unknown');
    const forged = { ...scan, coupon: refuse('barcode_forged') };
    expect(step(waiting.state, { ...scanned, scan: forged }).refused).toBe('barcode_forged');
    expect(step(startReady(), scanned).refused).toBe('coupon_expired');
  });

  it('is refused for a receipt this box does not know; an entered sale is kept', () => {
    const scanned = { kind: 'scanned', scan: { kind: 'receipt', payment: null }, newPaymentId: id } as const;
    const { refused, state } = step(enter(startReady()), scanned);
    expect(refused).toBe('payment_unknown');
    expect(state.counter).toMatchObject({ kind: 'refused', sale: cardSale });
  });
});
