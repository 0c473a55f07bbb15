import type { DeviceId } from '@scanpay/shared/ids.ts';
import { boxWithoutPaper, wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import type { Sealed, TestBox } from '../testing/test-box.ts';

const session = (n: number): string => `01900000-0000-7000-8000-00000000000${n}`;
const asRetained = (sealed: Sealed): Sealed => ({ ...sealed, delivered: { ...sealed.delivered, retained: true } });
const minuteMs = 60_000;

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld({ limits: { reports: 3, reportMs: 10_000, telemetryHistory: 4 } });
  box = await world.enrol('box-a');
});
afterEach(() => world.dispose());

const birth = (n: number) => box.seal({ type: 'presence', sessionId: session(n), online: true });
const will = (n: number) => box.seal({ type: 'presence', sessionId: session(n), online: false });
const telemetry = () => box.seal({ type: 'telemetry', ...wellBox });
const reported = (appliedVersion: number) =>
  box.seal({ type: 'config.reported', appliedVersion, appliedAtMs: null, rejected: null });
const get = async (url: string) => (await world.role.app.inject({ url })).json();
const device = () => get('/v1/devices/box-a');
const post = (url: string, body: object) => world.role.app.inject({ method: 'POST', url, payload: body });
const desired = async () => (await world.messages()).filter((message) => message.type === 'config.desired');

describe('presence', () => {
  it('is since when it was said, and a late will of the session before does not end it', async () => {
    await world.deliver(await birth(1));
    world.scheduler.advance(minuteMs);
    await world.deliver(await birth(2));
    await world.deliver(await will(1));
    const sinceMs = world.nowMs();
    world.scheduler.advance(minuteMs);
    expect(await device()).toMatchObject({ online: true, sinceMs, lastSeenAtMs: sinceMs });
    await world.deliver(await will(2));
    expect(await device()).toMatchObject({ online: false, sinceMs: sinceMs + minuteMs, lastSeenAtMs: sinceMs });
  });

  it('outlives the operator', async () => {
    await world.deliver(await birth(1));
    await world.reboot();
    expect(await device()).toMatchObject({ online: true });
    await world.deliver(await birth(2), await will(1));
    expect(await device()).toMatchObject({ online: true });
  });

  it('ends when the broker, asked anew, does not confirm it in time', async () => {
    const other = await world.enrol('box-b');
    await world.deliver(await birth(1), await other.seal({ type: 'presence', sessionId: session(1), online: true }));
    world.scheduler.advance(minuteMs);
    world.role.onLinkState(true);
    await world.deliver(asRetained(await birth(1)));
    world.scheduler.advance(minuteMs);
    await world.until(async () => (await get('/v1/devices/box-b')).online === false);
    expect(await device()).toMatchObject({ online: true });
    // It was there all the time, and says so late.
    await world.deliver(await other.seal({ type: 'presence', sessionId: session(1), online: true }));
    expect(await get('/v1/devices/box-b')).toMatchObject({ online: true });
  });

  it('of a box that is not known is not taken', async () => {
    await world.deliver(
      await { ...(await birth(1)), delivered: { ...(await birth(1)).delivered, deviceId: 'box-x' as DeviceId } },
    );
    expect((await get('/v1/devices/box-x')).code).toBe('not_found');
  });
});

describe('telemetry', () => {
  it('is kept, newest first, up to a bound; what comes too fast is dropped', async () => {
    for (let n = 0; n < 9; n += 1) {
      await world.deliver(await telemetry());
      world.scheduler.advance(10_000);
    }
    const { entries } = await get('/v1/devices/box-a/telemetry');
    expect(entries).toHaveLength(4);
    expect(entries[0].receivedAtMs - entries[3].receivedAtMs).toBe(30_000);
    for (let n = 0; n < 20; n += 1) await world.deliver(await box.seal({ type: 'telemetry', ...boxWithoutPaper }));
    const times = (await get('/v1/devices/box-a/telemetry')).entries.map(
      ({ receivedAtMs }: { receivedAtMs: number }) => receivedAtMs,
    );
    expect(new Set(times).size).toBeGreaterThan(1);
    expect(await device()).toMatchObject({
      health: boxWithoutPaper.health,
      newest: { telemetry: { printer: { faults: ['paper-out'] } } },
    });
  });

  it('is deleted by age', async () => {
    await world.deliver(await telemetry());
    world.scheduler.advance(6 * 86_400_000);
    const count = async () => (await get('/v1/devices/box-a/telemetry')).entries.length;
    expect(await count()).toBe(1);
    world.scheduler.advance(86_400_000);
    await world.until(async () => (await count()) === 0, 1_800_000);
    expect(await device()).toMatchObject({ health: { level: 'ok' }, newest: null });
  });

  it('by another key than the box’s is not taken', async () => {
    const stranger = await world.enrol('box-b');
    const forged = await stranger.seal({ type: 'telemetry', ...wellBox });
    await world.deliver({ ...forged, delivered: { ...forged.delivered, deviceId: box.deviceId } });
    expect(await device()).toMatchObject({ health: null });
    expect((await world.messages()).at(-1)).toMatchObject({ type: 'message.rejected', code: 'signature_invalid' });
  });
});

describe('desired settings', () => {
  it('go to the box, signed and under a version, and are applied when it says so', async () => {
    expect((await post('/v1/devices/box-a/config', { settings: { logLevel: 'debug' } })).json()).toEqual({
      changed: 1,
    });
    await world.until(async () => (await desired()).length === 1);
    expect(await desired()).toMatchObject([{ configVersion: 1, settings: { logLevel: 'debug' }, deviceId: 'box-a' }]);
    expect(world.sent.at(-1)).toMatchObject({ deviceId: 'box-a', channel: 'config' });
    expect(await device()).toMatchObject({ config: { state: 'waiting', desiredVersion: 1, appliedVersion: 0 } });
    await world.deliver(await reported(1));
    expect(await device()).toMatchObject({
      config: { state: 'applied' },
      reportedAtMs: world.nowMs(),
      desiredSettings: { logLevel: 'debug' },
    });
  });

  it('of a group go to all of it, and a rejection is on show with its words', async () => {
    const other = await world.enrol('box-b');
    for (const deviceId of ['box-a', 'box-b']) await post(`/v1/devices/${deviceId}/group`, { group: 'sokcho' });
    const change = await post('/v1/groups/sokcho/config', { settings: { limits: { deadlineMs: 8_000 } } });
    expect(change.json()).toEqual({ changed: 2 });
    await world.until(async () => (await desired()).length === 2);
    const rejected = {
      configVersion: 1,
      code: 'invalid_input',
      words: { ko: '모르는 항목', en: 'an unknown key' },
      detail: '/limits',
      atMs: world.nowMs(),
    } as const;
    await world.deliver(
      await other.seal({ type: 'config.reported', appliedVersion: 0, appliedAtMs: null, rejected }),
      await reported(1),
    );
    expect(await get('/v1/devices/box-b')).toMatchObject({ config: { state: 'rejected' }, rejected });
    expect(await get('/v1/devices?filter=not-configured')).toMatchObject({ devices: [{ deviceId: 'box-b' }] });
    const rejections = { alarms: [{ deviceId: 'box-b', code: 'config-rejected', detail: '1 invalid_input /limits' }] };
    expect(await get('/v1/alarms?state=open')).toMatchObject(rejections);
    expect(await get('/v1/fleet')).toMatchObject({
      devices: 2,
      silent: 2,
      notConfigured: 1,
      groups: [{ group: 'sokcho', devices: 2 }],
    });
    await world.deliver(
      await other.seal({ type: 'config.reported', appliedVersion: 1, appliedAtMs: null, rejected: null }),
    );
    expect(await get('/v1/alarms?state=open')).toMatchObject({ alarms: [] });
  });

  it('that the broker did not get are sent until it has them, the newest only', async () => {
    world.unreachable.add('box-a');
    await post('/v1/devices/box-a/config', { settings: { logLevel: 'debug' } });
    await post('/v1/devices/box-a/config', { settings: { logLevel: 'warn' } });
    world.scheduler.advance(1_000);
    expect(await desired()).toEqual([]);
    world.unreachable.clear();
    await world.until(async () => (await desired()).length > 0, 1_000);
    expect((await desired()).map(({ configVersion }) => configVersion)).toEqual([2]);
  });

  it('are published again to a broker that is new, and to a box that comes back without them', async () => {
    await post('/v1/devices/box-a/config', { settings: { logLevel: 'debug' } });
    await world.until(async () => (await desired()).length === 1);
    world.role.onLinkState(true);
    await world.until(async () => (await desired()).length === 2);
    await world.deliver(await birth(1));
    await world.until(async () => (await desired()).length === 3);
    await world.deliver(await reported(1), await birth(2));
    expect(await desired()).toHaveLength(3);
  });

  it('get a version beyond that of a box which is ahead of the records', async () => {
    await post('/v1/devices/box-a/config', { settings: { logLevel: 'debug' } });
    await world.deliver(await reported(41));
    await world.until(async () => (await desired()).some(({ configVersion }) => configVersion === 42));
  });

  it('are refused in words', async () => {
    const refused = async (url: string, settings: object) => (await post(url, { settings })).json();
    expect(await refused('/v1/devices/box-a/config', { brokerUrl: 'mqtts://x' })).toMatchObject({
      code: 'invalid_input',
      detail: expect.stringContaining('brokerUrl'),
    });
    expect(await refused('/v1/groups/g/config', { health: { hotC: 90, tooHotC: 80 } })).toMatchObject({
      code: 'invalid_input',
      detail: expect.stringContaining('/health/tooHotC'),
    });
    expect(await refused('/v1/devices/box-nobody/config', {})).toMatchObject({ code: 'not_found' });
  });
});
