import type { RegistrationBody } from '@scanpay/shared/api/pg.ts';
import { accept } from '@scanpay/shared/errors.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowMs } from '../../core/approve/testing/pg-fixtures.ts';
import {
  createPgBench,
  filesWith,
  getRegistration,
  goodCard,
  openBox,
  type PgBench,
  postRegistration,
  registrationBody,
  settle,
  unavailable,
} from './testing/pg-bench.ts';

const { registrationId } = registrationBody;
const validUntilMs = Date.UTC(2026, 10, 24, 15) + 6 * 60 * 60 * 1000;

let bench: PgBench;

beforeEach(async () => {
  bench = await createPgBench();
});
afterEach(() => bench.close());

const handedOver = () => bench.operator.preRegister.mock.calls.map(([body]) => body);

describe('GET /v1/offers', () => {
  it('shows offers of all five trades, in both languages, and one that does not last', async () => {
    const reply = await bench.role.app.inject({ method: 'GET', url: '/v1/offers' });
    const { offers } = reply.json() as {
      offers: { category: string; title: { ko: string }; validForMs: number | null }[];
    };
    const categories = new Set(offers.map((offer) => offer.category));
    expect([...categories].sort()).toEqual(['lodging', 'rental-car', 'restaurant', 'retail', 'tourism']);
    expect(offers.every((offer) => /[가-힣]/u.test(offer.title.ko))).toBe(true);
    expect(offers.some((offer) => offer.validForMs !== null && offer.validForMs <= 10_000)).toBe(true);
  });
});

describe('POST /v1/registrations', () => {
  it('stores, hands over to the operator, and says so', async () => {
    const { status, body } = await postRegistration(bench);
    const couponId = body.couponId;
    expect(status).toBe(200);
    expect(body).toEqual({ registrationId, couponId, state: 'sent', validUntilMs });
    expect(couponId).toMatch(/^[0-9a-f]{16}$/);
    const [sent] = handedOver();
    expect(sent).toMatchObject({ couponId, registrationId, name: '홍길동', mobile: '01012345678', validUntilMs });
    expect(sent).toMatchObject({
      entitlements: [{ offerId: 'o-seafood-set', merchantId: 'm-sokcho-table', headcount: 2 }],
    });
    expect(openBox(sent?.cardBox ?? '', couponId)).toEqual({ ok: true, value: goodCard });
    expect(await getRegistration(bench)).toEqual({ status: 200, body });
  });

  it('keeps the card number out of every file and every log', async () => {
    bench.operator.preRegister.mockImplementation(unavailable);
    const pending = postRegistration(bench);
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalled());
    bench.scheduler.advance(5_000);
    await pending;
    await postRegistration(bench, {
      card: { number: '4111 1111 1111 1112', expiry: '12/30' },
      registrationId: '019ab0c0-0000-7000-8000-000000000009' as never,
    });
    for (const text of ['4111111111111111', '4111 1111', '41111111']) expect(filesWith(bench, text)).toEqual([]);
    const logged = JSON.stringify([bench.log.info, bench.log.warn, bench.log.error].flatMap((each) => each.mock.calls));
    expect(logged).not.toContain('4111');
  });

  it('answers a repeated submit like the first, and hands over once', async () => {
    const first = await postRegistration(bench);
    expect(await postRegistration(bench, { card: { number: '4111-1111-1111-1111', expiry: '12/30' } })).toEqual(first);
    expect(handedOver()).toHaveLength(1);
  });

  it('makes one registration of two submits at once', async () => {
    const [one, other] = await Promise.all([postRegistration(bench), postRegistration(bench)]);
    expect(one).toEqual(other);
    expect(new Set(handedOver().map((body) => body.couponId)).size).toBe(1);
  });

  it('refuses other data under the same id', async () => {
    await postRegistration(bench);
    expect(await postRegistration(bench, { name: '다른 사람' })).toMatchObject({
      status: 409,
      body: { code: 'registration_conflict' },
    });
  });

  it('refuses another card under the same id, as long as it holds the first', async () => {
    bench.operator.preRegister.mockImplementation(async ({ couponId }) =>
      accept({ couponId, state: 'handed-over' as const }),
    );
    const pending = postRegistration(bench);
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalled());
    bench.scheduler.advance(5_000);
    const { body } = await pending;
    const otherCard = { card: { number: '5555555555554444', expiry: '12/30' } };
    expect(await postRegistration(bench, otherCard)).toMatchObject({
      status: 409,
      body: { code: 'registration_conflict' },
    });
    await bench.pg.deleteCard(body.couponId);
    expect(await postRegistration(bench, otherCard)).toMatchObject({ status: 200, body: { couponId: body.couponId } });
  });

  it.each<[string, object, string]>([
    ['a member it does not know', { note: 'x' }, 'invalid_input'],
    ['no consent', { agreed: false }, 'invalid_input'],
    ['a foreign mobile number', { mobile: '0212345678' }, 'invalid_input'],
    ['a wrong card number', { card: { number: '4111111111111112', expiry: '12/30' } }, 'card_number_invalid'],
    ['an expired card', { card: { number: '4111111111111111', expiry: '10/26' } }, 'card_expiry_past'],
    ['yesterday', { items: [{ ...registrationBody.items[0], visitFrom: '2026-11-22' }] }, 'schedule_past'],
  ])('refuses %s, names the field, stores nothing', async (_what, change, code) => {
    const refused = await postRegistration(bench, change);
    expect(refused).toMatchObject({ status: 400, body: { code } });
    expect(refused.body.detail).not.toBe('');
    expect(JSON.stringify(refused)).not.toMatch(/4111|1112/);
    expect((await getRegistration(bench)).status).toBe(404);
  });

  it('ends a coupon early for an offer that does not last', async () => {
    const items = [{ ...registrationBody.items[0], offerId: 'o-ten-seconds' }] as RegistrationBody['items'];
    expect((await postRegistration(bench, { items })).body.validUntilMs).toBe(nowMs + 10_000);
  });

  it('bounds the tries of one address', async () => {
    await bench.close();
    bench = await createPgBench({ config: { registrationsPerMinute: 2 } });
    await postRegistration(bench);
    await postRegistration(bench);
    expect(await postRegistration(bench)).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  });
});

describe('S03, when the operator does not answer', () => {
  it('says `stored` after a while, and goes on trying until it is sent', async () => {
    bench.operator.preRegister.mockImplementation(unavailable);
    const pending = postRegistration(bench);
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalledTimes(1));
    for (let calls = 2; calls <= 4; calls += 1) {
      await settle();
      bench.scheduler.advance(2_000);
      await until(() => expect(bench.operator.preRegister).toHaveBeenCalledTimes(calls));
    }
    expect(await pending).toMatchObject({ status: 200, body: { state: 'stored' } });
    bench.operator.preRegister.mockImplementation(async ({ couponId }) => accept({ couponId, state: 'sent' as const }));
    await settle();
    bench.scheduler.advance(10_000);
    await until(async () => expect((await getRegistration(bench)).body.state).toBe('sent'));
    expect(new Set(handedOver().map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('goes on after a restart', async () => {
    bench.operator.preRegister.mockImplementationOnce(unavailable);
    void postRegistration(bench).catch(() => undefined);
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalledTimes(1));
    await bench.restart();
    await until(async () => expect((await getRegistration(bench)).body.state).toBe('sent'));
  });

  it('asks again while the operator has not sent it', async () => {
    const states = ['handed-over', 'handed-over', 'sent'] as const;
    let calls = 0;
    bench.operator.preRegister.mockImplementation(async ({ couponId }) => {
      const state = states[Math.min(calls, 2)] ?? 'sent';
      calls += 1;
      return accept({ couponId, state });
    });
    const pending = postRegistration(bench);
    await until(() => expect(calls).toBe(1));
    await settle();
    expect((await getRegistration(bench)).body.state).toBe('handed-over');
    for (const ms of [500, 1_000]) {
      bench.scheduler.advance(ms);
      await settle();
    }
    expect(await pending).toMatchObject({ body: { state: 'sent' } });
  });
});
