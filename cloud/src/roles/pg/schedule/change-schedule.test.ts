import type { RegistrationSchedule, ScheduleChangeBody, ScheduleDecision } from '@scanpay/shared/api/schedule.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowMs } from '../../../core/approve/testing/pg-fixtures.ts';
import {
  createPgBench,
  type PgBench,
  postRegistration,
  registrationBody,
  settle,
  unavailable,
} from '../testing/pg-bench.ts';

const { registrationId } = registrationBody;
const changeId = (n: number) => `019ab0c0-0000-7000-8000-00000000010${n}`;
const wanted = {
  offerId: 'o-seafood-set',
  visitFrom: '2026-11-24',
  visitTo: '2026-11-24',
  headcount: 4,
  reason: '비가 와서',
};
const asked = (n: number, differing: object = {}) => ({ changeId: changeId(n), ...wanted, ...differing });

let bench: PgBench;
beforeEach(async () => {
  bench = await createPgBench();
});
afterEach(() => bench.close());

async function post(url: string, payload: object) {
  const reply = await bench.role.app.inject({ method: 'POST', url, payload });
  const { code, state, message } = reply.json() as { code?: ErrorCode; state?: string; message?: { ko: string } };
  return { status: reply.statusCode, code, state, message };
}
const change = (body: Partial<ScheduleChangeBody> | object, id: string = registrationId) =>
  post(`/v1/registrations/${id}/schedule-changes`, body);
async function show() {
  const reply = await bench.role.app.inject({ url: `/v1/registrations/${registrationId}/schedule` });
  return (reply.json() as RegistrationSchedule).items[0];
}
const orders = () => bench.operator.orderSchedule.mock.calls.map(([{ order }]) => order);
/** The reply of a change while the operator is away, which waits as long as it may. */
async function changeInVain(body: object) {
  const before = orders().length;
  const pending = change(body);
  await until(() => expect(orders().length).toBeGreaterThan(before));
  bench.scheduler.advance(5_000);
  return pending;
}

describe('a changed schedule', () => {
  it('is kept, passed on to the operator once, and shown with the one before', async () => {
    const { body } = await postRegistration(bench);
    expect(await change(asked(1))).toMatchObject({ status: 200, state: 'applied' });
    expect(await change(asked(1))).toMatchObject({ status: 200, state: 'applied' });
    const before = { visitFrom: '2026-11-23', visitTo: '2026-11-24', headcount: 2 };
    const after = { visitFrom: '2026-11-24', visitTo: '2026-11-24', headcount: 4 };
    const kept = { changeId: changeId(1), before, after, requestedAtMs: nowMs, staffName: null, reason: '비가 와서' };
    expect(orders()).toEqual([{ ...kept, couponId: body.couponId, offerId: 'o-seafood-set', number: 1 }]);
    expect(await show()).toMatchObject({
      ...after,
      lastDay: '2026-11-24',
      changesLeft: 4,
      changes: [{ ...kept, state: 'applied', code: null }],
    });
    expect(await change(asked(2, { headcount: 5 }))).toMatchObject({ state: 'applied' });
    expect(orders().at(-1)).toMatchObject({ number: 2, before: after });
  });

  it('is brought to the operator until it answers, also across restarts', async () => {
    await postRegistration(bench);
    bench.operator.orderSchedule.mockImplementation(unavailable);
    expect(await changeInVain(asked(1))).toMatchObject({ status: 200, state: 'pending' });
    expect(await show()).toMatchObject({ visitFrom: '2026-11-23', changes: [{ state: 'pending' }] });
    expect(await change(asked(2, { headcount: 9 }))).toMatchObject({ status: 409, code: 'schedule_pending' });
    await bench.restart();
    await until(() => expect(orders().length).toBeGreaterThan(2));
    bench.operator.orderSchedule.mockImplementation(async () => accept({ outcome: 'applied', atMs: nowMs }));
    bench.scheduler.advance(60_000);
    await until(async () => expect(await show()).toMatchObject({ headcount: 4, changes: [{ state: 'applied' }] }));
    expect(new Set(orders().map((order) => JSON.stringify(order))).size).toBe(1);
    expect(await change(asked(1))).toMatchObject({ state: 'applied' });
  });

  it('is not decided by a refusal of the call itself', async () => {
    await postRegistration(bench);
    bench.operator.orderSchedule.mockResolvedValue(refuse('coupon_unknown') as Result<ScheduleDecision>);
    expect(await changeInVain(asked(1))).toMatchObject({ state: 'pending' });
    expect(bench.log.error).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'coupon_unknown' }),
      expect.anything(),
    );
  });

  it('that the operator refuses stays refused under its id, and leaves the schedule', async () => {
    await postRegistration(bench);
    bench.operator.orderSchedule.mockResolvedValueOnce(
      accept({ outcome: 'refused', code: 'coupon_used', atMs: nowMs }),
    );
    expect(await change(asked(1))).toMatchObject({ status: 400, code: 'coupon_used' });
    expect(await change(asked(1))).toMatchObject({ status: 400, code: 'coupon_used' });
    expect(orders()).toHaveLength(1);
    expect(await show()).toMatchObject({
      headcount: 2,
      changesLeft: 5,
      changes: [{ state: 'refused', code: 'coupon_used' }],
    });
    expect(await change(asked(2))).toMatchObject({ state: 'applied' });
    expect(orders().at(-1)).toMatchObject({ number: 1 });
  });

  it('is one, of several that come at once', async () => {
    await postRegistration(bench);
    const replies = await Promise.all([1, 2, 3].map((n) => change(asked(n, { headcount: n + 2 }))));
    const applied = replies.filter(({ state }) => state === 'applied').length;
    expect(applied).toBeGreaterThanOrEqual(1);
    expect(orders().map(({ number }) => number)).toEqual(Array.from({ length: applied }, (_, n) => n + 1));
  });

  it('says in words why it cannot be', async () => {
    await postRegistration(bench);
    expect(await change(asked(1), '019ab0c0-0000-7000-8000-00000000dead')).toMatchObject({ status: 404 });
    expect(await change(asked(1, { offerId: 'o-breakfast' }))).toMatchObject({ code: 'offer_not_held' });
    expect(await change(asked(1, { visitFrom: '2026-11-22' }))).toMatchObject({ code: 'schedule_past' });
    expect(await change(asked(1, { headcount: 100 }))).toMatchObject({ status: 400, code: 'invalid_input' });
    expect(await change(asked(1, { reason: '4111 1111 1111 1111' }))).toMatchObject({ code: 'invalid_input' });
    const late = await change(asked(1, { visitTo: '2026-11-25' }));
    expect(late).toMatchObject({ status: 409, code: 'schedule_outside_validity' });
    expect(late.message?.ko).toContain('새로 신청');
    await change(asked(1));
    expect(await change(asked(1, { headcount: 9 }))).toMatchObject({ status: 409, code: 'schedule_conflict' });
    expect(await change(asked(2))).toMatchObject({ code: 'schedule_unchanged' });
    expect(orders()).toHaveLength(1);
  });

  it('is possible as often as is allowed', async () => {
    await postRegistration(bench);
    for (const n of [1, 2, 3, 4, 5])
      expect(await change(asked(n, { headcount: n + 2 }))).toMatchObject({ status: 200 });
    expect(await change(asked(6, { headcount: 1 }))).toMatchObject({ status: 409, code: 'schedule_limit' });
    expect(await show()).toMatchObject({ changesLeft: 0 });
  });

  it('waits for a coupon that the operator does not have yet', async () => {
    bench.operator.preRegister.mockImplementation(unavailable);
    const pending = postRegistration(bench);
    await settle();
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalled());
    bench.scheduler.advance(5_000);
    await pending;
    expect(await change(asked(1))).toMatchObject({ status: 409, code: 'coupon_unfinished' });
  });

  it('is made by the operator’s staff in the same way, under a name', async () => {
    const { couponId } = (await postRegistration(bench)).body;
    expect(await post(`/v1/coupons/${couponId}/schedule-changes`, asked(1, { by: '김직원' }))).toMatchObject({
      state: 'applied',
    });
    expect(await show()).toMatchObject({ changes: [{ staffName: '김직원' }] });
    expect(await post('/v1/coupons/00000000000000aa/schedule-changes', asked(2, { by: '김' }))).toMatchObject({
      status: 404,
    });
    expect(await bench.pg.changeSchedule(couponId, asked(1, { by: '김직원' }) as never)).toMatchObject({ ok: true });
  });
});
