import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import type { PaymentCancel } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import type { Cancel, Payment, PaymentState } from '../../ports/operator-payment-store.ts';
import {
  dateAfterClosed,
  decideCancel,
  decideConfirm,
  decideInquiry,
  decideOnApproval,
  decideOnCancellation,
  decideOnInquiry,
  decideOnReversal,
  decideRequest,
  decideReversal,
} from './payment-machine.ts';

const box = 'box-1' as DeviceId;
const other = 'box-2' as DeviceId;
const today = '2026-11-23' as BusinessDate;
const window = { today, refundWindowDays: 30 };
const states: PaymentState[] = [
  'recheck',
  'authorising',
  'approved',
  'declined',
  'reversing',
  'reversed',
  'cancelling',
  'cancelled',
];

const paymentIn = (state: PaymentState, differing: Partial<Payment> = {}) =>
  ({
    paymentId: 'p' as PaymentId,
    deviceId: box,
    merchantId: 'm-1' as MerchantId,
    state,
    requestJws: 'a.request.a',
    confirmJws: state === 'recheck' ? null : 'a.confirm.a',
    reversalCause: 'terminal',
    tombstone: false,
    terms: { split: { chargedWon: won(1_000) } },
    businessDate: today,
    refunded: nothingRefunded,
    ...differing,
  }) as Payment;

/** What is done in each state, shortened to its verb. */
const row = (decide: (payment: Payment) => { do: string }) =>
  Object.fromEntries(states.map((state) => [state, decide(paymentIn(state)).do]));

describe('the table of the payment machine', () => {
  it('has its column of requests', () => {
    expect(decideRequest(undefined, box, 'a.request.a')).toEqual({ do: 'verify' });
    expect(row((payment) => decideRequest(payment, box, 'b.request.b'))).toEqual({
      recheck: 'repeat',
      authorising: 'wait',
      approved: 'repeat',
      declined: 'repeat',
      reversing: 'wait',
      reversed: 'repeat',
      cancelling: 'repeat',
      cancelled: 'repeat',
    });
    expect(decideRequest(paymentIn('reversed', { tombstone: true }), box, 'a.request.a')).toEqual({
      do: 'answer',
      outcome: { kind: 'declined', code: 'payment_reversed' },
    });
  });

  it('has its column of confirmations', () => {
    const confirm = { deviceId: box, jws: 'b.confirm.b', namesRequest: true };
    expect(decideConfirm(undefined, confirm)).toMatchObject({ do: 'reject', code: 'payment_unknown' });
    expect(row((payment) => decideConfirm(payment, confirm))).toEqual({
      recheck: 'verify',
      authorising: 'wait',
      approved: 'repeat',
      declined: 'repeat',
      reversing: 'wait',
      reversed: 'repeat',
      cancelling: 'repeat',
      cancelled: 'repeat',
    });
    const second = { ...confirm, jws: 'a.second.a' };
    expect(decideConfirm(paymentIn('approved'), second)).toMatchObject({ code: 'payment_id_conflict' });
    expect(decideConfirm(paymentIn('approved', { confirmJws: null }), second)).toMatchObject({ code: 'payment_state' });
  });

  it('has its column of inquiries', () => {
    const inquiry = { deviceId: box, namesRequest: true };
    expect(decideInquiry(undefined, inquiry)).toEqual({ do: 'answer', outcome: { kind: 'not-seen' } });
    expect(row((payment) => decideInquiry(payment, inquiry))).toEqual({
      recheck: 'repeat',
      authorising: 'answer',
      approved: 'repeat',
      declined: 'repeat',
      reversing: 'answer',
      reversed: 'repeat',
      cancelling: 'repeat',
      cancelled: 'repeat',
    });
    expect(decideInquiry(paymentIn('reversing'), inquiry)).toMatchObject({ outcome: { kind: 'processing' } });
  });

  it('has its column of reversals', () => {
    expect(decideReversal(undefined, box, 'a.request.a')).toEqual({ do: 'leave-tombstone' });
    expect(row((payment) => decideReversal(payment, box, 'a.request.a'))).toEqual({
      recheck: 'reverse-uncharged',
      authorising: 'begin-reversal',
      approved: 'begin-reversal',
      declined: 'reverse-uncharged',
      reversing: 'wait',
      reversed: 'repeat',
      cancelling: 'reject',
      cancelled: 'reject',
    });
    const ours = paymentIn('reversing', { reversalCause: 'upstream' });
    expect(decideReversal(ours, box, 'a.request.a')).toEqual({ do: 'adopt-reversal' });
  });

  it('hears of a payment only from its own box, about its own request', () => {
    for (const state of states) {
      const payment = paymentIn(state);
      expect(decideRequest(payment, other, 'a.request.a')).toMatchObject({ code: 'payment_id_conflict' });
      expect(decideRequest(payment, box, 'a.changed.a')).toMatchObject({ code: 'payment_id_conflict' });
      expect(decideReversal(payment, other, 'a.request.a')).toMatchObject({ code: 'device_mismatch' });
      expect(decideReversal(payment, box, 'a.changed.a')).toMatchObject({ code: 'payment_id_conflict' });
      for (const decide of [decideInquiry, decideConfirm]) {
        const message = { jws: 'a.confirm.a', deviceId: box, namesRequest: true };
        expect(decide(payment, { ...message, deviceId: other })).toMatchObject({ code: 'device_mismatch' });
        expect(decide(payment, { ...message, namesRequest: false })).toMatchObject({ code: 'payment_id_conflict' });
      }
    }
  });
});

describe('decideCancel', () => {
  const message = { deviceId: box, merchantId: 'm-1', amountWon: 1_000 } as PaymentCancel;
  const cancel = { message, deviceId: box, jws: 'a.cancel.a' };

  it('begins only what is approved', () => {
    expect(
      Object.fromEntries(states.map((state) => [state, decideCancel(paymentIn(state), undefined, cancel, window)])),
    ).toEqual({
      recheck: { do: 'decline', code: 'payment_state' },
      authorising: { do: 'decline', code: 'payment_state' },
      approved: { do: 'begin', refunded: nothingRefunded },
      declined: { do: 'decline', code: 'payment_state' },
      reversing: { do: 'decline', code: 'payment_state' },
      reversed: { do: 'decline', code: 'payment_reversed' },
      cancelling: { do: 'decline', code: 'payment_state' },
      cancelled: { do: 'decline', code: 'refund_limit' },
    });
    expect(decideCancel(undefined, undefined, cancel, window)).toEqual({ do: 'decline', code: 'payment_unknown' });
  });

  it.each([
    ['refund_limit', { amountWon: won(1_001) }],
    ['device_mismatch', { merchantId: 'm-2' as MerchantId }],
    ['device_mismatch', { deviceId: other }],
  ])('declines with %s: %j', (code, differing) => {
    const asked = { ...cancel, message: { ...message, ...differing } };
    expect(decideCancel(paymentIn('approved'), undefined, asked, window)).toEqual({ do: 'decline', code });
  });

  it('takes parts, up to what is left', () => {
    const refunded = { refundedWon: won(400), refundCount: 1 };
    const payment = paymentIn('approved', { refunded });
    const ask = (amountWon: number) =>
      decideCancel(payment, undefined, { ...cancel, message: { ...message, amountWon: won(amountWon) } }, window);
    expect(ask(1)).toEqual({ do: 'begin', refunded });
    expect(ask(600)).toEqual({ do: 'begin', refunded });
    expect(ask(601)).toEqual({ do: 'decline', code: 'refund_limit' });
    expect(decideReversal(payment, box, 'a.request.a')).toMatchObject({ do: 'reject', code: 'payment_state' });
  });

  it('is for as many days as the operator grants', () => {
    const ask = (days: number, refundWindowDays: number) =>
      decideCancel(paymentIn('approved'), undefined, cancel, { today: addBusinessDays(today, days), refundWindowDays });
    expect(ask(0, 0).do).toBe('begin');
    expect(ask(1, 0)).toEqual({ do: 'decline', code: 'refund_window' });
    expect(ask(30, 30).do).toBe('begin');
    expect(ask(31, 30)).toEqual({ do: 'decline', code: 'refund_window' });
  });

  it('answers a cancel id once', () => {
    const known = { cancelId: 'c' as CancelId, deviceId: box, requestJws: 'b.cancel.b', state: 'cancelled' } as Cancel;
    const payment = paymentIn('cancelled');
    expect(decideCancel(payment, known, cancel, window)).toEqual({ do: 'repeat' });
    expect(decideCancel(payment, { ...known, state: 'cancelling' }, cancel, window)).toEqual({ do: 'wait' });
    expect(decideCancel(payment, known, { ...cancel, jws: 'a.x.a' }, window)).toMatchObject({
      code: 'payment_id_conflict',
    });
    expect(decideCancel(payment, known, { ...cancel, deviceId: other }, window)).toMatchObject({ do: 'reject' });
  });
});

describe("the PG's word", () => {
  const approved = {
    outcome: 'approved',
    approvalNumber: '1',
    approvedAtMs: 1,
    cardLast4: null,
    evidenceJws: 'a',
  } as const;
  const declined = { outcome: 'declined', code: 'card_declined' } as const;

  it('on an approval: a clear word counts, everything else is asked about', () => {
    expect(decideOnApproval(accept(approved))).toEqual({ do: 'approve', reply: approved });
    expect(decideOnApproval(accept(declined))).toEqual({ do: 'decline', code: 'card_declined' });
    expect(decideOnApproval(accept({ outcome: 'reversed' }))).toEqual({ do: 'decline', code: 'payment_reversed' });
    expect(decideOnApproval(refuse('fee_mismatch'))).toEqual({ do: 'decline', code: 'fee_mismatch' });
    for (const unclear of [accept({ outcome: 'processing' } as const), refuse('internal'), 'unknown' as const]) {
      expect(decideOnApproval(unclear)).toEqual({ do: 'inquire' });
    }
    expect(decideOnApproval(refuse('upstream_unavailable'))).toEqual({ do: 'inquire' });
  });

  it('on an inquiry: what is not clear is reversed, and the PG still at it asked again a few times', () => {
    expect(decideOnInquiry(accept(approved), true)).toEqual({ do: 'approve', reply: approved });
    expect(decideOnInquiry(accept(declined), false)).toEqual({ do: 'decline', code: 'card_declined' });
    expect(decideOnInquiry(accept({ outcome: 'processing' }), false)).toEqual({ do: 'inquire' });
    expect(decideOnInquiry(accept({ outcome: 'processing' }), true)).toEqual({ do: 'reverse' });
    expect(decideOnInquiry(refuse('payment_unknown'), false)).toEqual({ do: 'reverse' });
    expect(decideOnInquiry('unknown', false)).toEqual({ do: 'reverse' });
  });

  it('on a reversal: only an acknowledgement ends it', () => {
    expect(decideOnReversal(accept(undefined))).toBe('done');
    expect(decideOnReversal('unknown')).toBe('again');
    expect(decideOnReversal(refuse('payment_state'))).toBe('again');
    expect(decideOnReversal(refuse('date_closed'))).toBe('move-date');
  });

  it('on a cancel: yes and no count, silence is asked again', () => {
    expect(decideOnCancellation(accept({ outcome: 'cancelled', cancelledAtMs: 5, evidenceJws: 'a' }))).toEqual({
      do: 'cancel',
      cancelledAtMs: 5,
      evidenceJws: 'a',
    });
    expect(decideOnCancellation(accept(declined))).toEqual({ do: 'decline', code: 'card_declined' });
    expect(decideOnCancellation(refuse('date_closed'))).toEqual({ do: 'move-date' });
    expect(decideOnCancellation(refuse('refund_window'))).toEqual({ do: 'decline', code: 'refund_window' });
    for (const unclear of [
      'unknown' as const,
      refuse('internal'),
      refuse('upstream_unavailable'),
      refuse('rate_limited'),
    ]) {
      expect(decideOnCancellation(unclear)).toEqual({ do: 'again' });
    }
  });

  it('about a closed date moves a reversal to the next, or to today', () => {
    const date = (text: string) => text as BusinessDate;
    expect(dateAfterClosed(date('2026-11-23'), date('2026-11-23'))).toBe('2026-11-24');
    expect(dateAfterClosed(date('2026-11-23'), date('2026-11-30'))).toBe('2026-11-30');
  });
});
