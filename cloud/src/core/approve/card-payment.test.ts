import type { AuthorisationBody } from '@scanpay/shared/api/card.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import {
  agreedFee,
  cancelCardPayment,
  judgeAuthorisation,
  makeCardPayment,
  makeCardTombstone,
  reverseCardPayment,
  toAuthorisationReply,
  toCardCancelReply,
} from './card-payment.ts';
import { sandboxCards } from './sandbox-cards.ts';
import { cardAgreement, merchantId, nowMs, paymentId, today, tomorrow } from './testing/pg-fixtures.ts';

const rules = { companyName: '모의카드', agreements: [cardAgreement], limitWon: won(5_000_000), cards: sandboxCards };

const body: AuthorisationBody = {
  paymentId,
  cardNumber: '4111111111111111',
  expiry: '12/30',
  amountWon: won(12_300),
  merchantId,
  merchantName: '속초 밥상',
  noticeMobile: '01012345678',
  businessDate: today,
  expiresAtMs: nowMs + 1,
};
const charge = {
  cardToken: 'token',
  cardLast4: '1111',
  amountWon: won(12_300),
  merchantName: '속초 밥상',
  noticeMobile: '01012345678',
  businessDate: today,
};
const request = { paymentId, requestHmac: 'hmac', charge };
const fee = { cardFeeWon: won(221), contractVersion: 4 };
const sale = makeCardPayment(request, { approvalNumber: '00000042', approvedAtMs: nowMs, ...fee }, rules);
const cancelBody = {
  cancelId: '019ab0c0-0000-7000-8000-00000000000c' as CancelId,
  paymentId,
  amountWon: won(12_300),
  businessDate: today,
};

describe('judgeAuthorisation', () => {
  it.each<[string, Partial<AuthorisationBody>, string | null]>([
    ['the good test card', {}, null],
    ['the whole limit', { amountWon: won(5_000_000) }, null],
    ['a won above the limit', { amountWon: won(5_000_001) }, 'card_limit_exceeded'],
    ['a stale request', { expiresAtMs: nowMs }, 'message_stale'],
    ['a wrong check digit', { cardNumber: '4111111111111112' }, 'card_number_invalid'],
    ['an expired card', { expiry: '10/26' }, 'card_expiry_past'],
    ['an expiry that is not on the card', { expiry: '11/30' }, 'card_declined'],
    ['a card nobody issued', { cardNumber: '4242424242424242' }, 'card_declined'],
    ['the declined test card', { cardNumber: '4000000000000002' }, 'card_declined'],
    ['the test card without means', { cardNumber: '4000000000009995' }, 'card_limit_exceeded'],
    ['the lost test card', { cardNumber: '4000000000009987' }, 'card_lost_or_stolen'],
    ['the stolen test card', { cardNumber: '4000000000009979' }, 'card_lost_or_stolen'],
  ])('%s', (_what, change, code) => {
    expect(judgeAuthorisation({ ...body, ...change }, rules, nowMs)).toBe(code);
  });
});

describe('agreedFee', () => {
  it('goes by the version of the business date, and by the one of the shop before the one of all', () => {
    const lower = {
      ...cardAgreement,
      version: 5,
      validFrom: tomorrow,
      cardFee: { ...cardAgreement.cardFee, bps: 100 },
    };
    const small = { ...lower, version: 6, merchantId, cardFee: { ...lower.cardFee, bps: 50 } };
    const elsewhere = { ...body, merchantId: 'm-elsewhere' as typeof merchantId, businessDate: tomorrow };
    const agreed = { ...rules, agreements: [cardAgreement, lower, small] };
    expect(agreedFee(body, agreed)).toEqual({ cardFeeWon: 221, contractVersion: 4 });
    expect(agreedFee(elsewhere, agreed)).toEqual({ cardFeeWon: 123, contractVersion: 5 });
    expect(agreedFee({ ...body, businessDate: tomorrow }, agreed)).toEqual({ cardFeeWon: 61, contractVersion: 6 });
    expect(agreedFee(body, { ...rules, agreements: [] })).toBeUndefined();
  });
});

describe('makeCardPayment', () => {
  it('books the charge less the fee as owed to the PG, and tells the cardholder', () => {
    expect(toAuthorisationReply(sale.payment)).toEqual({
      outcome: 'approved',
      approvalNumber: '00000042',
      approvedAtMs: nowMs,
      cardLast4: '1111',
      cardFeeWon: 221,
    });
    expect(sale.booking.entry).toMatchObject({ kind: 'sale', merchantId: null, businessDate: today });
    expect(sale.booking.entry?.postings).toEqual([
      { account: 'cardholder-receivable', amountWon: 12_300 },
      { account: 'fee-income', amountWon: -221 },
      { account: 'pg-payable', amountWon: -12_079 },
    ]);
    expect(sale.booking.notice).toEqual({
      noticeId: `approval-${paymentId}`,
      toMobile: '01012345678',
      subject: '[모의카드] 결제 승인',
      text: '[모의카드] 결제 승인\n카드 ****1111\n금액 12,300원\n가맹점 속초 밥상\n일시 2026-11-23 12:00:00',
    });
  });

  it('books nothing for a declined one, and tells nobody', () => {
    const declined = makeCardPayment(request, { declineCode: 'card_declined' }, rules);
    expect(toAuthorisationReply(declined.payment)).toEqual({ outcome: 'declined', code: 'card_declined' });
    expect(declined.booking).toEqual({ entry: null, notice: null });
  });
});

describe('reverseCardPayment', () => {
  it('mirrors the sale under the given date, and tells the cardholder', () => {
    const reversed = reverseCardPayment(sale.payment, tomorrow, nowMs, rules);
    expect(reversed?.payment).toMatchObject({ state: 'reversed', version: 2 });
    expect(reversed?.booking.entry).toMatchObject({ kind: 'reversal', businessDate: tomorrow });
    expect(reversed?.booking.entry?.postings[0]).toEqual({ account: 'cardholder-receivable', amountWon: -12_300 });
    expect(reversed?.booking.notice?.text).toContain('금액 -12,300원');
  });

  it('does nothing twice, and nothing to a tombstone', () => {
    expect(reverseCardPayment(makeCardTombstone(paymentId), today, nowMs, rules)).toBeUndefined();
  });

  it('books nothing for a declined payment', () => {
    const { payment } = makeCardPayment(request, { declineCode: 'card_declined' }, rules);
    const reversed = reverseCardPayment(payment, today, nowMs, rules);
    expect(reversed).toMatchObject({ payment: { state: 'reversed' }, booking: { entry: null, notice: null } });
  });
});

describe('cancelCardPayment', () => {
  it('gives the whole charge back, once', () => {
    const { cancel, payment, booking } = cancelCardPayment(sale.payment, cancelBody, nowMs, rules);
    expect(toCardCancelReply(cancel)).toEqual({ outcome: 'cancelled', cancelledAtMs: nowMs });
    expect(payment).toMatchObject({ state: 'approved', refunded: { refundedWon: 12_300, refundCount: 1 } });
    expect(booking.entry).toMatchObject({ kind: 'cancel', cancelId: cancelBody.cancelId });
    expect(booking.notice).toMatchObject({
      noticeId: `cancel-${cancelBody.cancelId}`,
      subject: '[모의카드] 결제 취소',
    });
    const again = cancelCardPayment(payment ?? undefined, cancelBody, nowMs, rules);
    expect(toCardCancelReply(again.cancel)).toEqual({ outcome: 'declined', code: 'refund_limit' });
  });

  it('gives parts back, each with its part of the fee, until nothing is left', () => {
    let { payment } = sale;
    const booked = [12_000, 200, 100].map((amountWon) => {
      const step = cancelCardPayment(payment, { ...cancelBody, amountWon: won(amountWon) }, nowMs, rules);
      payment = step.payment ?? payment;
      return [step.booking.entry?.split.cardFeeWon, step.booking.notice?.text.split('\n')[2]];
    });
    expect(booked).toEqual([
      [215, '금액 -12,000원'],
      [4, '금액 -200원'],
      [2, '금액 -100원'],
    ]);
    const over = cancelCardPayment(payment, { ...cancelBody, amountWon: won(1) }, nowMs, rules);
    expect(over.cancel.declineCode).toBe('refund_limit');
  });

  it.each([
    ['an unknown payment', undefined, cancelBody, 'payment_unknown'],
    ['a reversed payment', makeCardTombstone(paymentId), cancelBody, 'payment_state'],
    ['a won too much', sale.payment, { ...cancelBody, amountWon: won(12_301) }, 'refund_limit'],
  ])('declines %s', (_what, payment, asked, code) => {
    const { cancel, booking } = cancelCardPayment(payment, asked, nowMs, rules);
    expect(toCardCancelReply(cancel)).toEqual({ outcome: 'declined', code });
    expect(booking).toEqual({ entry: null, notice: null });
  });
});
