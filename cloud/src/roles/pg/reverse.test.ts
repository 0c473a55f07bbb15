import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowMs, paymentId, today, tomorrow } from '../../core/approve/testing/pg-fixtures.ts';
import { approvalBody, createPgBench, type PgBench, readBook, settle, unavailable } from './testing/pg-bench.ts';

const done = { ok: true, value: { outcome: 'reversed' } };
const reversal = { paymentId, businessDate: today };
const kinds = async () => (await readBook(bench)).map((entry) => `${entry.kind} ${entry.date}`);
const outcome = async () => {
  const reply = await bench.pg.inquire(paymentId);
  return reply.ok ? reply.value.outcome : reply.code;
};

let bench: PgBench;
let couponId: CouponId;
let body: ApprovalBody;

beforeEach(async () => {
  bench = await createPgBench();
  couponId = await bench.register();
  body = approvalBody(couponId);
});
afterEach(() => bench.close());

describe('POST /v1/reversals', () => {
  it('undoes a card payment at the card company first, and books it once', async () => {
    await bench.pg.approve(body);
    bench.card.reverse.mockImplementationOnce(async (undone) => {
      expect(await bench.store.findPayment(paymentId)).toMatchObject({ state: 'reversing' });
      return accept(await bench.words.reversed(undone));
    });
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    expect(bench.card.reverse).toHaveBeenCalledExactlyOnceWith(reversal);
    expect(await kinds()).toEqual([`sale ${today}`, `reversal ${today}`]);
    expect(await outcome()).toBe('reversed');
    expect(await bench.pg.approve(body)).toEqual({ ok: true, value: { outcome: 'reversed' } });
  });

  it('undoes a cash payment by itself', async () => {
    await bench.pg.approve(approvalBody(couponId, 'cash'));
    expect(await bench.pg.reverse({ paymentId, businessDate: tomorrow })).toMatchObject(done);
    expect(bench.card.reverse).not.toHaveBeenCalled();
    expect(await kinds()).toEqual([`sale ${today}`, `reversal ${tomorrow}`]);
  });

  it('leaves a tombstone for a payment not seen, so that the late request is declined', async () => {
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    await bench.restart();
    const late = { ok: true, value: { outcome: 'declined', code: 'payment_reversed' } };
    expect(await bench.pg.approve(body)).toEqual(late);
    expect(await bench.pg.approve(body)).toEqual(late);
    expect(bench.card.authorise).not.toHaveBeenCalled();
    expect(bench.card.reverse).not.toHaveBeenCalled();
    expect(await outcome()).toBe('reversed');
  });

  it('needs no card company for a declined payment', async () => {
    await bench.pg.approve({ ...body, expiresAtMs: nowMs });
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    expect(bench.card.reverse).not.toHaveBeenCalled();
    expect(await outcome()).toBe('reversed');
  });

  it('overtakes a payment still at the card company, whose late approval then counts for nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof bench.card.authorise>>>();
    bench.card.authorise.mockReturnValueOnce(promise);
    const first = bench.pg.approve(body);
    await until(() => expect(bench.card.authorise).toHaveBeenCalled());
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    const [asked] = bench.card.authorise.mock.calls[0]!;
    resolve(accept(await bench.words.approved(asked)));
    expect(await first).toEqual({ ok: true, value: { outcome: 'reversed' } });
    expect(await kinds()).toEqual([]);
  });

  it("takes over the PG's own undoing", async () => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.reverse.mockImplementationOnce(unavailable);
    const first = bench.pg.approve(body);
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(1));
    await settle();
    expect(await bench.pg.reverse(reversal)).toMatchObject(done);
    expect(await first).toEqual({ ok: true, value: { outcome: 'reversed' } });
  });

  it('is not acknowledged before the card company has, and goes on by itself', async () => {
    await bench.pg.approve(body);
    bench.card.reverse.mockImplementation(unavailable);
    const pending = bench.pg.reverse(reversal).catch((error: { code: string }) => error.code);
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(1));
    await settle();
    bench.scheduler.advance(5_000);
    expect(await pending).toBe('upstream_unavailable');
    expect(await kinds()).toEqual([`sale ${today}`]);
    bench.card.reverse.mockImplementation(async (undone) => accept(await bench.words.reversed(undone)));
    await settle();
    bench.scheduler.advance(60_000);
    await until(async () => expect(await outcome()).toBe('reversed'));
    expect(await kinds()).toEqual([`sale ${today}`, `reversal ${today}`]);
  });

  it('asks the operator for a later date when the card company has closed this one', async () => {
    await bench.pg.approve(body);
    bench.card.reverse.mockResolvedValueOnce(refuse('date_closed'));
    expect(await bench.pg.reverse(reversal)).toMatchObject({ ok: false, code: 'date_closed' });
    expect(await bench.pg.reverse({ paymentId, businessDate: tomorrow })).toMatchObject(done);
    expect(bench.card.reverse).toHaveBeenLastCalledWith({ paymentId, businessDate: tomorrow });
    expect(await kinds()).toEqual([`sale ${today}`, `reversal ${tomorrow}`]);
  });

  it('asks for a later date when it has closed this one itself', async () => {
    await bench.pg.approve(body);
    await bench.store.closeBusinessDate(today, nowMs);
    expect(await bench.pg.reverse(reversal)).toMatchObject({ ok: false, code: 'date_closed' });
    expect(bench.card.reverse).not.toHaveBeenCalled();
    expect(await outcome()).toBe('approved');
    expect(await bench.pg.reverse({ paymentId, businessDate: tomorrow })).toMatchObject(done);
  });

  it('moves its own undoing on to the next date', async () => {
    bench.card.authorise.mockImplementationOnce(unavailable);
    bench.card.reverse.mockResolvedValueOnce(refuse('date_closed'));
    const pending = bench.pg.approve(body);
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(1));
    await settle();
    bench.scheduler.advance(500);
    expect(await pending).toMatchObject({ value: { outcome: 'declined', code: 'upstream_unavailable' } });
    expect(bench.card.reverse).toHaveBeenLastCalledWith({ paymentId, businessDate: tomorrow });
  });
});

describe('POST /v1/cancellations', () => {
  const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
  const otherCancelId = '019ab0c0-0000-7000-8000-00000000000d' as CancelId;
  const cancel = { cancelId, paymentId, amountWon: won(12_300), businessDate: today };
  const cancelled = { ok: true, value: { outcome: 'cancelled', cancelledAtMs: nowMs + 9 } };
  const declined = (code: string) => ({ ok: true, value: { outcome: 'declined', code } });

  it('gives a card payment back, once, and leaves it approved', async () => {
    await bench.pg.approve(body);
    expect(await bench.pg.cancel(cancel)).toMatchObject(cancelled);
    expect(await bench.pg.cancel(cancel)).toMatchObject(cancelled);
    expect(bench.card.cancel).toHaveBeenCalledExactlyOnceWith(cancel);
    expect(await kinds()).toEqual([`sale ${today}`, `cancel ${today}`]);
    expect(await outcome()).toBe('approved');
    expect(await bench.pg.cancel({ ...cancel, cancelId: otherCancelId })).toEqual(declined('refund_limit'));
    expect(await bench.pg.reverse(reversal)).toMatchObject({ ok: false, code: 'payment_state' });
  });

  it('gives a cash payment back by itself', async () => {
    await bench.pg.approve(approvalBody(couponId, 'cash'));
    expect(await bench.pg.cancel(cancel)).toMatchObject({
      ok: true,
      value: { outcome: 'cancelled', cancelledAtMs: nowMs },
    });
    expect(bench.card.cancel).not.toHaveBeenCalled();
    expect(await kinds()).toEqual([`sale ${today}`, `cancel ${today}`]);
  });

  it('gives back once what is cancelled twice at the same instant', async () => {
    await bench.pg.approve(body);
    const replies = await Promise.all([
      bench.pg.cancel(cancel),
      bench.pg.cancel({ ...cancel, cancelId: otherCancelId }),
    ]);
    const outcomes = replies.map((reply) => reply.ok && reply.value.outcome).sort();
    expect(outcomes).toEqual(['cancelled', 'declined']);
    expect(await kinds()).toEqual([`sale ${today}`, `cancel ${today}`]);
  });

  it('declines for good, whatever happens later', async () => {
    expect(await bench.pg.cancel(cancel)).toEqual(declined('payment_unknown'));
    await bench.pg.approve(body);
    expect(await bench.pg.cancel(cancel)).toEqual(declined('payment_unknown'));
    expect(await bench.pg.cancel({ ...cancel, cancelId: otherCancelId })).toMatchObject(cancelled);
  });

  it('refuses other data under the same id', async () => {
    await bench.pg.approve(body);
    await bench.pg.cancel(cancel);
    const other = { ...cancel, amountWon: won(1) };
    expect(await bench.pg.cancel(other)).toMatchObject({ ok: false, code: 'payment_id_conflict' });
  });

  it('lets the payment go when the card company declines', async () => {
    await bench.pg.approve(body);
    bench.card.cancel.mockResolvedValueOnce(accept({ outcome: 'declined', code: 'refund_window' }));
    expect(await bench.pg.cancel(cancel)).toEqual(declined('refund_window'));
    expect(await kinds()).toEqual([`sale ${today}`]);
    expect(await bench.pg.cancel({ ...cancel, cancelId: otherCancelId })).toMatchObject(cancelled);
  });

  it('is asked again, never reversed, when the card company does not answer', async () => {
    await bench.pg.approve(body);
    bench.card.cancel.mockImplementation(unavailable);
    const pending = bench.pg.cancel(cancel).catch((error: { code: string }) => error.code);
    await until(() => expect(bench.card.cancel).toHaveBeenCalledTimes(1));
    await settle();
    bench.scheduler.advance(5_000);
    expect(await pending).toBe('upstream_unavailable');
    bench.card.cancel.mockImplementation(async (asked) => accept(await bench.words.cancelled(asked)));
    await bench.restart();
    await until(async () => expect(await kinds()).toEqual([`sale ${today}`, `cancel ${today}`]));
    expect(await bench.pg.cancel(cancel)).toMatchObject(cancelled);
    expect(bench.card.reverse).not.toHaveBeenCalled();
  });

  it('does not begin on a closed date', async () => {
    await bench.pg.approve(body);
    await bench.store.closeBusinessDate(today, nowMs);
    expect(await bench.pg.cancel(cancel)).toMatchObject({ ok: false, code: 'date_closed' });
    expect(bench.card.cancel).not.toHaveBeenCalled();
    expect(await bench.pg.cancel({ ...cancel, businessDate: tomorrow })).toMatchObject(cancelled);
    expect(await kinds()).toEqual([`sale ${today}`, `cancel ${tomorrow}`]);
  });
});
