import { type HandOver, handOverTyp } from '@scanpay/shared/api/hand-over.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url, signJws } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld, otherShop, shop } from '../testing/operator-world.ts';
import { createTestBox, type TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = createTestBox('box-1' as never, shop, world.clock);
  await call('POST', '/v1/devices', { deviceId: box.deviceId, merchantId: shop, publicKey: box.jwk });
});
afterEach(() => world.dispose());

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const reply = await world.role.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, body: reply.json<Record<string, never>>() };
};
const sign = (differing: Partial<HandOver> = {}, signer = box.signer, typ = handOverTyp): Promise<string> =>
  signJws(
    {
      v: 1,
      deviceId: box.deviceId,
      merchantId: shop,
      technician: '김기사',
      checks: [{ check: 'printer', part: '', outcome: 'ok' }],
      handedOverAtMs: world.nowMs(),
      ...differing,
    },
    signer,
    typ,
  );

describe('POST /v1/hand-overs', () => {
  it('keeps what the box signed, once', async () => {
    const handOverJws = await sign();
    const recordedAtMs = world.nowMs();
    const kept = await call('POST', '/v1/hand-overs', { handOverJws });
    expect(kept).toMatchObject({ status: 200, body: { digest: sha256Base64Url(handOverJws), recordedAtMs } });
    world.scheduler.advance(1_000);
    expect(await call('POST', '/v1/hand-overs', { handOverJws })).toEqual(kept);
    const listed = await call('GET', `/v1/devices/${box.deviceId}/hand-overs`);
    expect(listed.body).toMatchObject({ handOvers: [{ handOverJws, handOver: { technician: '김기사' } }] });
  });

  it('keeps nothing that the box did not sign', async () => {
    const other = createTestBox('box-1' as never, shop, world.clock);
    const signed = await sign();
    const altered = signed.replace(/\.[^.]+\./, `.${Buffer.from('{"deviceId":"box-1"}').toString('base64url')}.`);
    for (const [handOverJws, status, code] of [
      [await sign({}, other.signer), 401, 'signature_invalid'],
      [altered, 401, 'signature_invalid'],
      [await sign({}, box.signer, 'scanpay+json'), 401, 'signature_invalid'],
      [await sign({ deviceId: 'box-2' as never }), 401, 'device_unknown'],
      [await sign({ merchantId: otherShop as MerchantId }), 400, 'wrong_merchant'],
      [await sign({ technician: '' }), 400, 'invalid_input'],
      ['not a jws', 401, 'device_unknown'],
    ] as const) {
      expect(await call('POST', '/v1/hand-overs', { handOverJws })).toMatchObject({ status, body: { code } });
    }
    const listed = await call('GET', `/v1/devices/${box.deviceId}/hand-overs`);
    expect(listed.body).toEqual({ deviceId: 'box-1', handOvers: [] });
  });
});
