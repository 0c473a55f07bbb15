import type { CancellationBody } from '@scanpay/shared/api/pg.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { maxRefunds } from '@scanpay/shared/settlement/refund-limit.ts';
import { describe, expect, it } from 'vitest';
import type { PgPayment } from '../../ports/pg-store.ts';
import { beginCancel, endCancel, toCancellationReply } from './pg-cancel.ts';
import { makePayment, makeTombstone } from './pg-payment.ts';
import { approval, cardOrder, cashOrder, nowMs, paymentId, today } from './testing/pg-fixtures.ts';

const body: CancellationBody = {
  cancelId: '019ab0c0-0000-7000-8000-00000000000c' as CancelId,
  paymentId,
  amountWon: won(12_300),
  businessDate: today,
};
const otherCancel = '019ab0c0-0000-7000-8000-00000000000d' as CancelId;
const approved = makePayment(paymentId, cardOrder, 'hash', { state: 'approved', approval }).payment;
const approvedCash = makePayment(paymentId, cashOrder, 'hash', { state: 'approved', approval }).payment;

describe('beginCancel', () => {
  it('takes a card payment to the card company and holds it', () => {
    const { cancel, payment, booking } = beginCancel(approved, body, nowMs);
    expect(cancel).toMatchObject({ state: 'cancelling', amountWon: 12_300 });
    expect(payment).toMatchObject({ state: 'approved', cancelId: body.cancelId, version: approved.version + 1 });
    expect(booking).toEqual({ entry: null, openDate: today });
  });

  it('cancels cash at once and books it', () => {
    const { cancel, payment, booking } = beginCancel(approvedCash, body, nowMs);
    expect(cancel).toMatchObject({ state: 'cancelled', cancelledAtMs: nowMs });
    expect(payment).toMatchObject({ cancelId: null, refunded: { refundedWon: 12_300, refundCount: 1 } });
    expect(booking.entry).toMatchObject({ kind: 'cancel', cancelId: body.cancelId, split: cashOrder.split });
  });

  it.each<[string, PgPayment | undefined, Partial<CancellationBody>, string]>([
    ['an unknown payment', undefined, {}, 'payment_unknown'],
    ['a tombstone', makeTombstone(paymentId), {}, 'payment_state'],
    ['a payment still under way', { ...approved, state: 'authorising' }, {}, 'payment_state'],
    ['more than the whole', approved, { amountWon: won(12_301) }, 'refund_limit'],
    ['more than is left', { ...approved, refunded: { refundedWon: won(1), refundCount: 1 } }, {}, 'refund_limit'],
    [
      'one refund too many',
      { ...approved, refunded: { refundedWon: won(100), refundCount: maxRefunds } },
      { amountWon: won(1) },
      'refund_limit',
    ],
    ['what another cancel holds', { ...approved, cancelId: otherCancel }, {}, 'payment_state'],
  ])('declines %s', (_what, payment, change, code) => {
    const begun = beginCancel(payment, { ...body, ...change }, nowMs);
    expect(begun).toMatchObject({ cancel: { state: 'declined', declineCode: code }, payment: null });
    expect(begun.booking.entry).toBeNull();
  });
});

describe('endCancel', () => {
  const { cancel } = beginCancel(approved, body, nowMs);

  it("books the card company's cancel", () => {
    const ended = endCancel(cancel, approved, { outcome: 'cancelled', cancelledAtMs: nowMs + 7 });
    expect(toCancellationReply(ended.cancel)).toEqual({ outcome: 'cancelled', cancelledAtMs: nowMs + 7 });
    expect(ended.booking.entry).toMatchObject({ kind: 'cancel', businessDate: today, atMs: nowMs + 7 });
    expect(ended.payment).toMatchObject({ cancelId: null, refunded: { refundedWon: 12_300 } });
  });

  it('books of each part what it takes back from every share, and all of it in the end', () => {
    let payment: PgPayment = approvedCash;
    const splits = [5_000, 1, 7_299].map((amountWon) => {
      const part = beginCancel(payment, { ...body, amountWon: won(amountWon) }, nowMs);
      payment = part.payment ?? payment;
      return part.booking.entry?.split;
    });
    const sums = Object.fromEntries(
      Object.keys(cashOrder.split).map((share) => [
        share,
        splits.reduce((sum, split) => sum + (split?.[share as keyof typeof split] ?? 0), 0),
      ]),
    );
    expect(sums).toEqual(cashOrder.split);
    expect(splits[0]).toMatchObject({ chargedWon: 5_000 });
    expect(payment.refunded).toEqual({ refundedWon: 12_300, refundCount: 3 });
  });

  it('books nothing when it is declined', () => {
    const ended = endCancel(cancel, approved, { outcome: 'declined', code: 'refund_limit' });
    expect(toCancellationReply(ended.cancel)).toEqual({ outcome: 'declined', code: 'refund_limit' });
    expect(ended.booking.entry).toBeNull();
  });

  it('has no answer before that', () => {
    expect(toCancellationReply(cancel)).toBeUndefined();
  });
});
