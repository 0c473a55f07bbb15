import { gunzipSync } from 'node:zlib';
import type { AlarmView } from '@scanpay/shared/api/alarms.ts';
import type { CommandView } from '@scanpay/shared/api/commands.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { encodeEnvelope, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { downTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import { demoDeviceId } from '../demo/identities.ts';
import { makeToken } from './hostile-box.ts';
import { connectAsCloud, startOwnBroker } from './hostile-broker.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';

const cloudToken = makeToken();
const alarms = { raiseAfterMs: 200, clearAfterMs: 200, diskFreeBytes: 0 };
let world: HostileWorld;

beforeAll(async () => {
  world = await startHostileWorld('commands', {
    startBroker: (tokens) => startOwnBroker(tokens, cloudToken),
    boxAlarms: alarms,
  });
});
afterAll(() => world?.end());

const give = async (kind: string, differing: object = {}): Promise<CommandView> =>
  (await callJson('POST', `${world.urls.operator}/v1/devices/${demoDeviceId}/commands`, {
    order: { kind },
    requestedBy: '시험',
    ...differing,
  })) as CommandView;
const look = async ({ commandId }: CommandView): Promise<CommandView> =>
  (await callJson('GET', `${world.urls.operator}/v1/commands/${commandId}`)) as CommandView;
const ended = (command: CommandView): Promise<CommandView> =>
  until(async () => {
    const seen = await look(command);
    expect(seen.endedAtMs).not.toBeNull();
    return seen;
  });
const boxRuns = (): Promise<true | number | string> =>
  Promise.race([world.running.box?.ended ?? 'none', new Promise<true>((resolve) => setImmediate(resolve, true))]);
const openAlarms = async (): Promise<string[]> => {
  const reply = (await callJson('GET', `${world.urls.operator}/v1/alarms?state=open`)) as { alarms: AlarmView[] };
  return reply.alarms.map(({ code }) => code);
};

it('has the box answer, print and send its log', { timeout: 180_000 }, async () => {
  await until(async () => expect(await ended(await give('ping'))).toMatchObject({ state: 'done' }));
  expect(await ended(await give('print-test'))).toMatchObject({ state: 'done', result: { print: 'printed' } });
  await world.hardware.waitForSlip(1);
  const logs = await ended(await give('collect-logs', { order: { kind: 'collect-logs', maxLines: 100 } }));
  expect(logs).toMatchObject({ state: 'done', attachment: { partCount: expect.any(Number) } });
  const file = await fetch(`${world.urls.operator}/v1/commands/${logs.commandId}/attachment`);
  const text = gunzipSync(Buffer.from(await file.arrayBuffer())).toString();
  expect(text).toContain('box ready');
});

it('restarts the box once, whatever is repeated, and learns it from the new process', {
  timeout: 180_000,
}, async () => {
  const before = world.running.box?.pid;
  const command = await give('restart');
  expect(await world.running.box?.ended).toBe(75);
  // Its last word may still be on the way through the broker.
  await until(async () => expect(await look(command)).toMatchObject({ state: 'accepted' }));
  await world.startBox();
  const seen = await ended(command);
  expect(seen).toMatchObject({ state: 'done', result: { startedAtMs: expect.any(Number) } });
  expect(world.running.box?.pid).not.toBe(before);
  // The operator's own signed command once more, from whoever has recorded it.
  const mallory = await connectAsCloud(world.brokerPort, cloudToken);
  const { commandId, order, expiresAtMs } = command;
  const header = { v: 1, messageId: commandId, deviceId: demoDeviceId, sentAtMs: Date.now() };
  const replay = { ...header, type: 'command', commandId, order, expiresAtMs };
  const payload = encodeEnvelope(await signMessage(replay, importSigner(world.keys.operator)));
  await mallory.client.publishAsync(downTopic(demoDeviceId, 'command'), payload, { qos: 1 });
  await mallory.end();
  expect(await ended(await give('ping'))).toMatchObject({ state: 'done' });
  expect(await boxRuns()).toBe(true);
});

it('does not restart in the middle of a sale', { timeout: 180_000 }, async () => {
  await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
  expect(await ended(await give('restart'))).toMatchObject({ state: 'failed', code: 'payment_open' });
  await world.clerk.dismiss();
  expect(await boxRuns()).toBe(true);
});

it('tells a box that was away what it missed, unless it is too late', { timeout: 180_000 }, async () => {
  await world.running.box?.stop();
  const late = await give('ping', { expiresInMs: 1_000 });
  const kept = await give('ping');
  await until(async () => expect((await look(kept)).state).toBe('queued'));
  await until(() => expect(Date.now()).toBeGreaterThan(late.expiresAtMs));
  await world.startBox();
  expect(await ended(kept)).toMatchObject({ state: 'done' });
  expect(await ended(late)).toMatchObject({ state: 'expired' });
});

it('shows an alarm of the box while it lasts, over a power cut of either side', { timeout: 180_000 }, async () => {
  await until(async () => expect(await openAlarms()).toEqual([]));
  await world.running.box?.kill();
  alarms.diskFreeBytes = Number.MAX_SAFE_INTEGER;
  await world.startBox();
  await until(async () => expect(await openAlarms()).toEqual(['disk-low']));
  await world.running.cloud?.kill();
  await world.startCloud();
  // On disk; that the box was away may be one for a moment, too.
  expect(await openAlarms()).toContain('disk-low');
  await until(async () => expect(await openAlarms()).toEqual(['disk-low']));
  await world.running.box?.kill();
  alarms.diskFreeBytes = 0;
  await world.startBox();
  await until(async () => expect(await openAlarms()).toEqual([]));
});
