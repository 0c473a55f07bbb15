import type { CouponSchedule, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { signChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peers } from '../../../core/audit/testing/sign-word.ts';
import { createOperatorWorld, entitlement, type OperatorWorld, shop } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

const on = (date: string) => date as BusinessDate;
const changeId = (n: number) => `019ab0c0-0000-7000-8000-00000000010${n}` as ScheduleChangeId;
const before = { visitFrom: entitlement.visitFrom, visitTo: entitlement.visitTo, headcount: 2 };
const after = { visitFrom: on('2026-11-25'), visitTo: on('2026-11-25'), headcount: 3 };

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const orderOf = (couponId: CouponId, n = 1, differing: Partial<ScheduleOrder> = {}) => ({
  ...{ changeId: changeId(n), couponId, offerId: entitlement.offerId, number: 1, before, after },
  ...{ requestedAtMs: world.nowMs(), staffName: null, reason: '', ...differing },
});
async function send(method: 'GET' | 'POST', url: string, payload?: object) {
  const reply = await world.role.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  const isJson = String(reply.headers['content-type']).includes('json');
  return { status: reply.statusCode, body: isJson ? (reply.json() as Record<string, unknown>) : {}, text: reply.body };
}
const order = async (ordered: ScheduleOrder) =>
  send('POST', '/v1/schedule-changes', { order: ordered, stayJws: await signChangedStay(ordered, peers.pg.signer) });
const lastOutcome = async (request: SealedRequest) => (await world.outcomes(request.paymentId)).at(-1);
const reaches = (request: SealedRequest, state: string) =>
  world.until(async () => (await world.state(request.paymentId)) === state, 500);
const listDay = async (date: string) => (await send('GET', `/v1/no-shows?date=${date}`)).body;
/** Closes the date, as its staff does the day after. */
async function close(date: string): Promise<void> {
  expect(await world.store.closeBusinessDate(on(date), world.nowMs())).toMatchObject({ ok: true });
  world.role.onDateClosed();
  await world.until(() => world.store.isDateSeen(on(date)));
}
/** To noon of a day in Seoul. */
const goTo = (date: string) => world.scheduler.advance(Date.parse(`${date}T12:00:00+09:00`) - world.nowMs());

describe('a changed schedule', () => {
  it('holds for the same barcode at once, and its customer is told once', async () => {
    const coupon = await world.coupon();
    const reply = await order(orderOf(coupon.couponId));
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'applied', atMs: world.nowMs() } });
    expect(await order(orderOf(coupon.couponId))).toEqual(reply);
    await world.until(async () => (await world.store.listUntoldChanges(10)).length === 0);
    expect(world.mms).toHaveLength(1);
    expect(world.mms[0]).toMatchObject({ toMobile: '01012345678', jpeg: null, idempotencyKey: changeId(1) });
    expect(world.mms[0]?.text).toContain('변경 후: 2026-11-25, 3명');
    goTo('2026-11-25');
    const request = await box.request(coupon, { headcount: 3, visitDate: after.visitFrom });
    await world.deliver(request);
    await reaches(request, 'approved');
    expect((await world.store.findPayment(request.paymentId))?.terms).toMatchObject({
      scheduleVersion: 1,
      headcount: 3,
    });
  });

  it('is what a recheck asks about', async () => {
    const coupon = await world.coupon();
    await order(orderOf(coupon.couponId));
    const request = await box.request(coupon);
    await world.deliver(request);
    expect(await lastOutcome(request)).toMatchObject({
      kind: 'recheck',
      fields: [
        { name: 'headcount', requested: 2, registered: 3 },
        { name: 'visitDate', registeredFrom: '2026-11-25', registeredTo: '2026-11-25' },
      ],
    });
  });

  it('leaves a payment under way the terms it was verified with', async () => {
    const coupon = await world.coupon({ entitlements: [{ ...entitlement, uses: 2 }] });
    world.pg.fates.approve.push('held');
    const request = await box.request(coupon);
    await world.deliver(request);
    expect(await order(orderOf(coupon.couponId))).toMatchObject({ body: { outcome: 'applied' } });
    world.pg.release();
    await reaches(request, 'approved');
    const payment = await world.store.findPayment(request.paymentId);
    expect(payment?.terms).toMatchObject({ scheduleVersion: 0, headcount: 2, visitDate: '2026-11-23' });
    expect(await lastOutcome(request)).toMatchObject({ kind: 'approved' });
  });

  it('is refused for what is used up, and stays refused when it no longer is', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await reaches(request, 'approved');
    const sent = orderOf(coupon.couponId);
    const refused = await order(sent);
    expect(refused).toMatchObject({ status: 200, body: { outcome: 'refused', code: 'coupon_used' } });
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
    expect(await order(sent)).toEqual(refused);
    expect(await order(orderOf(coupon.couponId, 2))).toMatchObject({ body: { outcome: 'applied' } });
  });

  it('is another one under another order, and nothing for a coupon nobody knows', async () => {
    const { couponId } = await world.coupon();
    await order(orderOf(couponId));
    expect(await order(orderOf(couponId, 1, { reason: '다름' }))).toMatchObject({
      status: 409,
      body: { code: 'schedule_conflict' },
    });
    expect(await order(orderOf('00000000000000ff' as CouponId, 2))).toMatchObject({
      status: 400,
      body: { code: 'coupon_unknown' },
    });
    expect(await order(orderOf(couponId, 3))).toMatchObject({
      body: { outcome: 'refused', code: 'schedule_conflict' },
    });
  });

  it.each(['before', 'after'] as const)('survives a crash %s its commit: applied once, told once', async (when) => {
    const { couponId } = await world.coupon();
    const sent = orderOf(couponId);
    const crashed = world.crash('addScheduleChange', when);
    void order(sent);
    await crashed;
    await world.reboot();
    expect(await order(sent)).toMatchObject({ body: { outcome: 'applied' } });
    await world.until(async () => (await world.store.listUntoldChanges(10)).length === 0);
    expect((await world.store.findCoupon({ couponId }))?.entitlements).toMatchObject([
      { ...after, scheduleVersion: 1 },
    ]);
    expect(world.mms).toHaveLength(1);
  });

  it('is told when the gateway is back', async () => {
    world.failing.mms = 2;
    const { couponId } = await world.coupon();
    await order(orderOf(couponId));
    await world.until(async () => (await world.store.listUntoldChanges(10)).length === 0, 1_000);
    expect(world.mms).toHaveLength(1);
  });

  it('is asked for by the staff at the PG, and shown to it with all that was before', async () => {
    const { couponId, authNumber } = await world.coupon();
    const asked = { changeId: changeId(1), offerId: entitlement.offerId, ...after, reason: '전화', by: '김직원' };
    const url = `/v1/coupons/${couponId}/schedule-changes`;
    expect(await send('POST', url, asked)).toMatchObject({ status: 200, body: { state: 'applied' } });
    expect(world.pg.calls.at(-1)).toMatchObject({ method: 'changeSchedule', body: { couponId, ...asked } });
    world.pg.fates.changeSchedule.push({ refuse: 'schedule_limit' }, 'lost-answer');
    expect(await send('POST', url, asked)).toMatchObject({ status: 409, body: { code: 'schedule_limit' } });
    expect(await send('POST', url, asked)).toMatchObject({ status: 503, body: { code: 'upstream_unavailable' } });
    await order(orderOf(couponId, 1, { staffName: '김직원' }));
    const shown = (await send('GET', `/v1/schedules?authNumber=${authNumber}`)).body as unknown as CouponSchedule;
    expect(shown).toMatchObject({
      couponId,
      customerNameMasked: '남**수',
      items: [{ ...after, usesLeft: 1, changes: [{ before, after, staffName: '김직원', state: 'applied' }] }],
    });
    expect((await send('GET', `/v1/schedules?couponId=${couponId}`)).body).toEqual(shown);
    expect(await send('GET', '/v1/schedules')).toMatchObject({ status: 400 });
    expect(await send('GET', '/v1/schedules?authNumber=999999999999')).toMatchObject({ status: 404 });
  });
});

describe('a no-show', () => {
  it('is on record once the last day of the visit is closed, and charged nothing', async () => {
    const { couponId } = await world.coupon();
    goTo('2026-11-25');
    expect(await listDay('2026-11-24')).toMatchObject({ isComplete: false, noShows: [] });
    await close('2026-11-23');
    expect(await listDay('2026-11-24')).toMatchObject({ isComplete: false, noShows: [] });
    await close('2026-11-24');
    const missed = {
      couponId,
      merchantId: shop,
      customerNameMasked: '남**수',
      ...before,
      state: 'absent',
      paymentId: null,
    };
    expect(await listDay('2026-11-24')).toMatchObject({
      isComplete: true,
      counts: [{ merchantId: shop, absent: 1, cameLate: 0, cameInTime: 0, rescheduled: 0 }],
      noShows: [missed],
    });
    expect(await world.usesLeft(couponId)).toEqual([1]);
    expect(await world.entries()).toEqual([]);
    expect((await send('GET', '/v1/no-shows?date=2026-11-24&merchantId=m-other')).body).toMatchObject({
      counts: [],
      noShows: [],
    });
    const file = await send('GET', '/v1/no-shows/2026-11-24.csv');
    expect(file.text.split('\r\n')[1]).toMatch(/^m-sokcho,.*남\*\*수,2026-11-23,2026-11-24,2,미방문 absent,,/u);
  });

  it('does not keep a late customer out: the box rechecks the date, and the use is the late arrival', async () => {
    const coupon = await world.coupon();
    goTo('2026-11-25');
    await close('2026-11-24');
    const request = await box.request(coupon, { visitDate: on('2026-11-25') });
    await world.deliver(request);
    expect(await lastOutcome(request)).toMatchObject({ kind: 'recheck', fields: [{ name: 'visitDate' }] });
    await world.deliver(await box.confirm(request, { visitDate: on('2026-11-25') }));
    await reaches(request, 'approved');
    expect(await listDay('2026-11-24')).toMatchObject({
      counts: [{ absent: 0, cameLate: 1 }],
      noShows: [{ state: 'came-late', paymentId: request.paymentId }],
    });
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    expect(await listDay('2026-11-24')).toMatchObject({ counts: [{ absent: 1, cameLate: 0 }] });
  });

  it('is found once, though the process dies while it looks', async () => {
    for (let n = 0; n < 3; n++) await world.coupon();
    goTo('2026-11-25');
    const crashed = world.crash('markDateSeen', 'before');
    await world.store.closeBusinessDate(on('2026-11-24'), world.nowMs());
    world.role.onDateClosed();
    await crashed;
    await world.reboot();
    await world.until(() => world.store.isDateSeen(on('2026-11-24')), 1_000);
    expect(await listDay('2026-11-24')).toMatchObject({ counts: [{ absent: 3 }] });
  });

  it('is open again once its schedule is changed', async () => {
    const { couponId } = await world.coupon({ validUntilMs: Date.parse('2026-11-28T00:00:00+09:00') });
    goTo('2026-11-25');
    await close('2026-11-24');
    const moved = { visitFrom: on('2026-11-26'), visitTo: on('2026-11-26'), headcount: 2 };
    expect(await order(orderOf(couponId, 1, { after: moved }))).toMatchObject({ body: { outcome: 'applied' } });
    expect(await listDay('2026-11-24')).toMatchObject({ counts: [{ absent: 0, rescheduled: 1 }] });
    goTo('2026-11-27');
    await close('2026-11-26');
    expect(await listDay('2026-11-26')).toMatchObject({ counts: [{ absent: 1 }] });
    const shown = (await send('GET', `/v1/schedules?couponId=${couponId}`)).body;
    expect(shown).toMatchObject({
      items: [
        {
          noShows: [
            { visitTo: '2026-11-24', state: 'rescheduled' },
            { visitTo: '2026-11-26', state: 'absent' },
          ],
        },
      ],
    });
  });
});
