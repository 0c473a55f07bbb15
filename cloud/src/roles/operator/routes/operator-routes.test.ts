import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld, otherShop, shop } from '../testing/operator-world.ts';
import { createTestBox, type TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = createTestBox('box-1' as never, shop, world.clock);
});
afterEach(() => world.dispose());

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const reply = await world.role.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, body: reply.json<Record<string, never>>() };
};
const enrol = (differing: object = {}) =>
  call('POST', '/v1/devices', { deviceId: box.deviceId, merchantId: shop, publicKey: box.jwk, ...differing });
async function pay() {
  const request = await box.request(await world.coupon());
  await world.deliver(request);
  await world.until(async () => (await world.state(request.paymentId)) === 'approved');
  return request;
}

describe('POST /v1/devices', () => {
  it('enrols a box, whose payments are then taken', async () => {
    const enrolledAtMs = world.nowMs();
    expect(await enrol()).toEqual({
      status: 200,
      body: { deviceId: 'box-1', merchantId: shop, kid: 'box-1-1', enrolledAtMs },
    });
    await pay();
    world.scheduler.advance(1_000);
    expect(await enrol()).toMatchObject({ status: 200, body: { enrolledAtMs } });
    await pay();
  });

  it('moves a box to another merchant and gives it another key', async () => {
    await enrol();
    const { jwk } = createTestBox(box.deviceId, otherShop, world.clock);
    expect(await enrol({ merchantId: otherShop, publicKey: { ...jwk, kid: 'second' } })).toMatchObject({ status: 200 });
    expect(await world.store.listDevices(shop)).toEqual([]);
    expect(await world.store.findDevice(box.deviceId)).toMatchObject({
      merchantId: otherShop,
      keys: [
        { kid: 'box-1-1', retiredAtMs: world.nowMs() },
        { kid: 'second', retiredAtMs: null },
      ],
    });
    expect(await enrol()).toMatchObject({ status: 403, body: { code: 'device_mismatch' } });
    expect(await enrol({ publicKey: { ...box.jwk, kid: 'second' } })).toMatchObject({ status: 403 });
    expect(await world.store.listDevices(otherShop)).toEqual(['box-1']);
  });

  it.each([
    ['a merchant without contract', { merchantId: 'm-none' }],
    ['another kind of key', { publicKey: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43), kid: 'a' } }],
    ['a private key', { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), d: 'A'.repeat(43), kid: 'a' } }],
    ['a name that is none', { deviceId: 'till' }],
  ])('refuses %s', async (_what, differing) => {
    expect(await enrol(differing)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await world.store.findDevice(box.deviceId)).toBeUndefined();
  });
});

describe('POST /v1/coupons/:couponId/revoke', () => {
  it('revokes once, for good', async () => {
    await enrol();
    const { couponId, ...coupon } = await world.coupon();
    const revokedAtMs = world.nowMs();
    const url = `/v1/coupons/${couponId}/revoke`;
    expect(await call('POST', url)).toEqual({ status: 200, body: { couponId, revokedAtMs } });
    world.scheduler.advance(1_000);
    expect(await call('POST', url)).toMatchObject({ body: { revokedAtMs } });
    const request = await box.request({ ...coupon, couponId });
    await world.deliver(request);
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'coupon_revoked' }]);
  });

  it('knows which coupons there are', async () => {
    expect(await call('POST', '/v1/coupons/0123456789abcdef/revoke')).toMatchObject({ status: 404 });
    expect(await call('GET', '/v1/coupons/0123456789abcdef/deletions')).toMatchObject({ status: 404 });
    expect(await call('POST', '/v1/coupons/nonsense/revoke')).toMatchObject({ status: 400 });
  });
});

describe('GET /v1/payments', () => {
  it('shows one payment with the evidence of it', async () => {
    await enrol();
    const { paymentId, jws } = await pay();
    const { status, body } = await call('GET', `/v1/payments/${paymentId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      paymentId,
      deviceId: 'box-1',
      merchantId: shop,
      state: 'approved',
      businessDate: '2026-11-23',
      tender: 'card',
      listAmountWon: 50_000,
      terms: { split: { chargedWon: 45_000 }, customerNameMasked: '남**수' },
      cardLast4: '1111',
      declineCode: null,
      evidence: { requestJws: jws, confirmJws: null, reversalJws: null, cancels: [] },
    });
    expect(JSON.stringify(body)).not.toContain('남궁민수');
    expect(await call('GET', `/v1/payments/${box.paymentId()}`)).toMatchObject({
      status: 404,
      body: { code: 'payment_unknown' },
    });
  });

  it('shows the cancels of a payment', async () => {
    await enrol();
    const request = await pay();
    const cancel = await box.cancel(request);
    await world.deliver(cancel);
    await world.until(async () => (await world.state(request.paymentId)) === 'cancelled');
    const { body } = await call('GET', `/v1/payments/${request.paymentId}`);
    expect(body).toMatchObject({
      state: 'cancelled',
      evidence: { cancels: [{ requestJws: cancel.jws, resultJws: expect.any(String) as string }] },
    });
  });

  it('lists a business date in order, page by page', async () => {
    await enrol();
    const paid = [await pay(), await pay(), await pay()].map((each) => each.paymentId).toSorted();
    const list = async (query: string) => (await call('GET', `/v1/payments?${query}`)).body;
    const ids = (body: { payments?: { paymentId: string }[] }) => body.payments?.map((each) => each.paymentId);
    expect(ids(await list('businessDate=2026-11-23'))).toEqual(paid);
    expect(ids(await list(`businessDate=2026-11-23&after=${paid[0]}`))).toEqual(paid.slice(1));
    expect(await list('businessDate=2026-11-24')).toEqual({ payments: [], next: null });
    expect(await call('GET', '/v1/payments')).toMatchObject({ status: 400 });
    expect(await call('GET', '/v1/payments?businessDate=2026-11-23&x=1')).toMatchObject({ status: 400 });
  });
});

describe('the role', () => {
  it('stops with nothing left behind, and takes no more messages', async () => {
    await enrol();
    const request = await pay();
    world.pg.fates.reverse.push('lost-request');
    await world.deliver(await box.reversal(request));
    await world.until(() => world.pg.countCalls('reverse') === 1);
    await world.role.stop();
    expect(world.scheduler.pendingCount()).toBe(0);
    const count = world.sent.length;
    await world.deliver(await box.inquiry(request));
    expect(world.sent).toHaveLength(count);
    await world.reboot();
    await world.until(async () => (await world.state(request.paymentId)) === 'reversed', 500);
  });

  it('does not hold up a stop for a box that is away', async () => {
    await enrol();
    world.unreachable.add('box-1');
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await world.until(async () => (await world.state(request.paymentId)) === 'approved');
    expect(world.sent).toEqual([]);
    world.unreachable.clear();
    await world.deliver(await box.inquiry(request));
    expect(await world.outcomes(request.paymentId)).toMatchObject([{ kind: 'approved' }]);
    await world.role.stop();
  });
});
