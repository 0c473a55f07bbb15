import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { CardNumber } from '@scanpay/shared/auth-barcode/card-number.ts';
import { accept, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { openBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cardOrder, cashOrder, nowMs, paymentId, today } from '../../core/approve/testing/pg-fixtures.ts';
import {
  approvalBody,
  createPgBench,
  filesWith,
  type PgBench,
  readBook,
  resolvePgKey,
  sealedFor,
  settle,
  unavailable,
} from './testing/pg-bench.ts';

const sale = { kind: 'sale', date: today, sum: 0 };
const approved = { outcome: 'approved', approvalNumber: '00000042', approvedAtMs: nowMs, cardLast4: '1111' } as const;
const declined = (code: string) => ({ ok: true, value: { outcome: 'declined', code } });

let bench: PgBench;
let couponId: CouponId;
let body: ApprovalBody;

beforeEach(async () => {
  bench = await createPgBench();
  couponId = await bench.register();
  body = approvalBody(couponId);
});
afterEach(() => bench.close());

/** The card company's first request. */
const askedFor = () => bench.card.authorise.mock.calls[0]![0];

/** What the card company was asked, in order. */
const asked = () =>
  (['authorise', 'inquire', 'reverse', 'cancel'] as const)
    .flatMap((call) => bench.card[call].mock.invocationCallOrder.map((order) => ({ call, order })))
    .sort((a, b) => a.order - b.order)
    .map(({ call }) => call);

describe('a card payment', () => {
  it('is taken to the card company and booked', async () => {
    expect(await bench.pg.approve(body)).toMatchObject({ ok: true, value: approved });
    expect(bench.card.authorise).toHaveBeenCalledExactlyOnceWith({
      paymentId,
      merchantId: 'm-sokcho-table',
      cardNumber: '4111111111111111',
      expiry: '12/30',
      amountWon: 12_300,
      merchantName: '속초 밥상',
      noticeMobile: '01012345678',
      businessDate: today,
      expiresAtMs: nowMs + 10_000,
    });
    expect(await readBook(bench)).toEqual([sale]);
    expect(await bench.pg.inquire(paymentId)).toMatchObject({ ok: true, value: approved });
  });

  it('leaves signed evidence, and neither card number nor card box', async () => {
    await bench.pg.approve(body);
    const payment = await bench.store.findPayment(paymentId);
    const opened = await openBookingEvidence(payment?.approval?.evidenceJws ?? '', resolvePgKey);
    const { approvalNumber, cardLast4 } = approved;
    const { tender, merchantId, offerId, split, businessDate, contractVersion } = cardOrder;
    expect(opened).toEqual({
      ok: true,
      value: {
        ...{ v: 1, company: 'pg', kind: 'sale', paymentId, cancelId: null, merchantId, deviceId: null, tender, split },
        ...{ businessDate, atMs: nowMs },
        sale: { approvalNumber, cardLast4, couponId, offerId, contractVersion },
      },
    });
    for (const text of ['4111111111111111', '411111', body.cardBox ?? '']) expect(filesWith(bench, text)).toEqual([]);
  });

  it('is on disk before the card company is asked', async () => {
    bench.card.authorise.mockImplementationOnce(async () => {
      expect(await bench.store.findPayment(paymentId)).toMatchObject({ state: 'authorising' });
      return refuse('card_declined');
    });
    expect(await bench.pg.approve(body)).toEqual(declined('card_declined'));
  });

  it('is not approved by a card company of another opinion on the fee, and undone there', async () => {
    bench.card.authorise.mockImplementationOnce(async (asked) =>
      accept({ ...(await bench.words.approved(asked)), cardFeeWon: won(222) }),
    );
    expect(await bench.pg.approve(body)).toEqual(declined('fee_mismatch'));
    expect(asked()).toEqual(['authorise', 'reverse']);
    expect(await readBook(bench)).toEqual([]);
  });

  it.each([
    [
      'declined',
      accept({ outcome: 'declined', code: 'card_limit_exceeded' } as const),
      'card_limit_exceeded',
      ['authorise'],
    ],
    ['refused', refuse('invalid_input'), 'invalid_input', ['authorise']],
    ['known there with other data', refuse('payment_id_conflict'), 'payment_id_conflict', ['authorise', 'reverse']],
    [
      'reversed there already',
      accept({ outcome: 'reversed' } as const),
      'upstream_unavailable',
      ['authorise', 'reverse'],
    ],
  ])('that is %s by the card company is declined, and not booked', async (_what, answer, code, calls) => {
    bench.card.authorise.mockResolvedValueOnce(answer);
    expect(await bench.pg.approve(body)).toEqual(declined(code));
    expect(asked()).toEqual(calls);
    expect(await readBook(bench)).toEqual([]);
    expect(await bench.pg.inquire(paymentId)).toEqual(declined(code));
  });
});

describe('a cash payment', () => {
  it('is approved by the coupon alone, and only the fees are booked', async () => {
    const reply = await bench.pg.approve(approvalBody(couponId, 'cash'));
    expect(reply).toMatchObject({ ok: true, value: { outcome: 'approved', cardLast4: null, approvedAtMs: nowMs } });
    expect(reply.ok && reply.value.outcome === 'approved' && reply.value.approvalNumber).toMatch(/^[0-9]{8}$/);
    expect(asked()).toEqual([]);
    const postings = await bench.db.selectFrom('ledger_postings').select(['account', 'amount_won']).execute();
    const { pgFeeWon } = cashOrder.split;
    expect(postings).toEqual([
      { account: 'operator-receivable', amount_won: pgFeeWon },
      { account: 'fee-income', amount_won: -pgFeeWon },
    ]);
  });

  it('carries no card', async () => {
    const carrying = { ...approvalBody(couponId, 'cash'), cardBox: sealedFor(couponId) };
    expect(await bench.pg.approve(carrying)).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(await bench.pg.inquire(paymentId)).toMatchObject({ code: 'payment_unknown' });
  });
});

describe('a request the PG refuses by itself', () => {
  const otherCoupon = 'ffffffffffffffff' as CouponId;
  it.each<[string, () => Partial<ApprovalBody>, string]>([
    ['a stale one', () => ({ expiresAtMs: nowMs }), 'message_stale'],
    ['an unknown coupon', () => ({ couponId: otherCoupon }), 'coupon_unknown'],
    [
      "another registration's coupon",
      () => ({ registrationId: '019ab0c0-0000-7000-8000-000000000002' as RegistrationId }),
      'identity_mismatch',
    ],
    ['a shop the coupon is not for', () => ({ merchantId: 'm-elsewhere' as MerchantId }), 'wrong_merchant'],
    ['no card', () => ({ cardBox: null }), 'card_needs_barcode'],
    ['fees of another contract', () => ({ split: cashOrder.split }), 'fee_mismatch'],
    ["another coupon's card box", () => ({ cardBox: sealedFor(otherCoupon) }), 'card_box_unopenable'],
    ['no card box at all', () => ({ cardBox: 'AAAA' }), 'card_box_unopenable'],
  ])('%s', async (_what, change, code) => {
    expect(await bench.pg.approve({ ...body, ...change() })).toEqual(declined(code));
    expect(await bench.pg.inquire(paymentId)).toEqual(declined(code));
    expect(asked()).toEqual([]);
    expect(await readBook(bench)).toEqual([]);
  });

  it('stays refused, also when the time to refuse it has passed', async () => {
    const stale = { ...body, expiresAtMs: nowMs };
    await bench.pg.approve(stale);
    expect(await bench.pg.approve(stale)).toEqual(declined('message_stale'));
    expect(await bench.pg.approve({ ...stale, expiresAtMs: nowMs + 1 })).toMatchObject({ code: 'payment_id_conflict' });
  });

  it('does not begin a payment on a closed date', async () => {
    await bench.store.closeBusinessDate(today, nowMs);
    expect(await bench.pg.approve(body)).toEqual(declined('date_closed'));
    expect(asked()).toEqual([]);
    const cash = { ...approvalBody(couponId, 'cash'), paymentId: '019ab0c0-0000-7000-8000-00000000000b' as PaymentId };
    expect(await bench.pg.approve(cash)).toEqual(declined('date_closed'));
  });
});

describe('the same payment id', () => {
  it('gets the same answer for the same body, and asks once', async () => {
    await bench.pg.approve(body);
    bench.scheduler.advance(60_000);
    expect(await bench.pg.approve(body)).toMatchObject({ ok: true, value: approved });
    await bench.restart();
    expect(await bench.pg.approve(body)).toMatchObject({ ok: true, value: approved });
    expect(asked()).toEqual(['authorise']);
    expect(await readBook(bench)).toEqual([sale]);
  });

  it.each<[string, () => Partial<ApprovalBody>]>([
    ['another box of the same card', () => ({ cardBox: sealedFor(couponId) })],
    [
      'another card',
      () => ({
        cardBox: sealedFor(couponId, { number: '5555555555554444' as CardNumber, expiry: { year: 2030, month: 12 } }),
      }),
    ],
    ['another date', () => ({ businessDate: '2026-11-24' as typeof today })],
    ['cash', () => ({ ...approvalBody(couponId, 'cash') })],
  ])('with %s is a conflict', async (_what, change) => {
    await bench.pg.approve(body);
    const other = { ...body, ...change() };
    expect(await bench.pg.approve(other)).toMatchObject({ ok: false, code: 'payment_id_conflict' });
    expect(await readBook(bench)).toEqual([sale]);
  });

  it('is `processing` while the first call is at the card company', async () => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof bench.card.authorise>>>();
    bench.card.authorise.mockReturnValueOnce(promise);
    const first = bench.pg.approve(body);
    await until(() => expect(asked()).toEqual(['authorise']));
    expect(await bench.pg.approve(body)).toEqual({ ok: true, value: { outcome: 'processing' } });
    expect(await bench.pg.inquire(paymentId)).toEqual({ ok: true, value: { outcome: 'processing' } });
    resolve(accept(await bench.words.approved(askedFor())));
    expect(await first).toMatchObject({ ok: true, value: approved });
  });

  it('charges once when asked at the same instant', async () => {
    const replies = await Promise.all([bench.pg.approve(body), bench.pg.approve(body), bench.pg.approve(body)]);
    const outcomes = replies.map((reply) => reply.ok && reply.value.outcome).sort();
    // Whoever comes while the first call is still at the card company is told so; later ones get its answer.
    expect(outcomes).toContain('approved');
    for (const outcome of outcomes) expect(['approved', 'processing']).toContain(outcome);
    expect(asked()).toEqual(['authorise']);
    expect(await readBook(bench)).toEqual([sale]);
  });
});

describe('when the card company does not answer', () => {
  it('believes what an inquiry says: approved', async () => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.inquire.mockImplementationOnce(async () => accept(await bench.words.approved(askedFor())));
    expect(await bench.pg.approve(body)).toMatchObject({ ok: true, value: approved });
    expect(asked()).toEqual(['authorise', 'inquire']);
    expect(await readBook(bench)).toEqual([sale]);
  });

  it('believes what an inquiry says: declined', async () => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.inquire.mockResolvedValueOnce(accept({ outcome: 'declined', code: 'card_lost_or_stolen' }));
    expect(await bench.pg.approve(body)).toEqual(declined('card_lost_or_stolen'));
    expect(asked()).toEqual(['authorise', 'inquire']);
  });

  it.each([
    ['has never seen it: the request may still be on its way', () => Promise.resolve(refuse('payment_unknown'))],
    ['does not answer that either', unavailable],
  ])('undoes the payment when an inquiry %s', async (_what, inquiry) => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.inquire.mockImplementationOnce(inquiry);
    expect(await bench.pg.approve(body)).toEqual(declined('upstream_unavailable'));
    expect(asked()).toEqual(['authorise', 'inquire', 'reverse']);
    expect(bench.card.reverse).toHaveBeenCalledWith({ paymentId, businessDate: today });
    expect(await readBook(bench)).toEqual([]);
  });

  it('does not say declined before the undoing is acknowledged', async () => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.reverse.mockImplementation(unavailable);
    const first = bench.pg.approve(body);
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(1));
    await settle();
    bench.scheduler.advance(8_000);
    expect(await first).toEqual({ ok: true, value: { outcome: 'processing' } });
    expect(await bench.pg.approve(body)).toEqual({ ok: true, value: { outcome: 'processing' } });
    bench.card.reverse.mockImplementation(async (undone) => accept(await bench.words.reversed(undone)));
    await settle();
    bench.scheduler.advance(60_000);
    await until(async () => expect(await bench.pg.inquire(paymentId)).toEqual(declined('upstream_unavailable')));
    expect(await bench.pg.approve(body)).toEqual(declined('upstream_unavailable'));
  });

  it('answers `processing` in time, and books the late approval', async () => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof bench.card.authorise>>>();
    bench.card.authorise.mockReturnValueOnce(promise);
    const first = bench.pg.approve(body);
    await until(() => expect(asked()).toEqual(['authorise']));
    bench.scheduler.advance(8_000);
    expect(await first).toEqual({ ok: true, value: { outcome: 'processing' } });
    resolve(accept(await bench.words.approved(askedFor())));
    await until(async () => expect(await bench.pg.inquire(paymentId)).toMatchObject({ ok: true, value: approved }));
    expect(await readBook(bench)).toEqual([sale]);
  });

  it('does not guess when something of its own breaks: the payment is resolved later', async () => {
    bench.card.authorise.mockRejectedValueOnce(new ScanPayError('internal', 'a bug'));
    await expect(bench.pg.approve(body)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(await bench.pg.inquire(paymentId)).toEqual({ ok: true, value: { outcome: 'processing' } });
    bench.scheduler.advance(10_000);
    await until(async () => expect(await bench.pg.inquire(paymentId)).toEqual(declined('upstream_unavailable')));
    expect(asked()).toEqual(['authorise', 'inquire', 'reverse']);
  });
});
