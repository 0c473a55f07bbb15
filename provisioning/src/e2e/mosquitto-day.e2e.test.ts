import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { isMosquittoInstalled } from '@scanpay/shared/testing/mosquitto-process.ts';
import { connectRaw, type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { downFilter, downTopic, upFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { checkDay } from '../demo/check-day.ts';
import { runDay } from '../demo/day.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import type { DayRow } from '../demo/rows.ts';
import { settleDay } from '../demo/settlement-day.ts';
import { startWorld, type World } from '../demo/world.ts';
import { makeToken } from './hostile-box.ts';
import { startMosquittoBroker } from './mosquitto-broker.ts';

const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const missing = isMosquittoInstalled() ? undefined : 'the Debian package mosquitto is not installed';
const cloudToken = makeToken();
const otherBox = { name: 'box-other', token: makeToken() };

let folder: string;
let world: World;
let broker: Awaited<ReturnType<typeof startMosquittoBroker>>;

beforeAll(async () => {
  if (missing !== undefined) return;
  await awaitRoomInBusinessDate();
  folder = mkdtempSync(join(tmpdir(), 'mosquitto-world-'));
  world = await startWorld({
    dataDir: join(folder, 'data'),
    ports,
    otherTokens: { [otherBox.name]: otherBox.token },
    async startBroker(tokens) {
      broker = await startMosquittoBroker(tokens, cloudToken);
      return broker;
    },
  });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await world?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe('the scripted day over Mosquitto', () => {
  it('sells, refuses, cancels and settles as over the embedded broker', { timeout: 180_000 }, async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const rows: DayRow[] = [];
    const onRow = (row: DayRow): void => void rows.push(row);
    await runDay({ ...world, operatorUrl: world.urls.operator, onRow });
    const closing = await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow });
    await world.hardware.settled();
    expect(checkDay(world.dataDir, rows, closing)).toEqual([]);
    expect(rows.filter(({ outcome }) => outcome === 'approved').length).toBeGreaterThanOrEqual(4);
  });

  it('lets each box speak and hear as itself only', async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const { name, token } = otherBox;
    const other = name as DeviceId;
    const boxes = { host: '127.0.0.1', port: broker.boxPort, secure: false };
    const clouds = { ...boxes, port: broker.cloudPort };
    const cloud = await connectRaw(clouds, { clientId: 'cloud-audit', username: 'cloud', password: cloudToken });
    await subscribeRaw(cloud, [upFilter('presence')]);
    // The retained birth shows that the real box is here.
    await until(() => expect(topicsOf(cloud)).toContain(upTopic(demoDeviceId, 'presence')));
    const box = await connectRaw(boxes, { clientId: name, username: name, password: token });
    // Mosquitto grants the filter and checks each delivery, and it drops what is forbidden behind an ordinary PUBACK:
    // what is allowed, and comes later, shows that the forbidden did not arrive.
    await subscribeRaw(box, [downFilter(demoDeviceId), downFilter(other), '#']);
    await cloud.client.publishAsync(downTopic(demoDeviceId, 'payment'), '{}', { qos: 1 });
    await cloud.client.publishAsync(downTopic(other, 'payment'), '{}', { qos: 1 });
    await until(() => expect(topicsOf(box)).toContain(downTopic(other, 'payment')));
    expect(new Set(topicsOf(box))).toEqual(new Set([downTopic(other, 'payment')]));
    cloud.received.length = 0;
    await box.client.publishAsync(upTopic(demoDeviceId, 'presence'), '{}', { qos: 1 });
    await box.client.publishAsync(upTopic(other, 'presence'), '{}', { qos: 1 });
    await until(() => expect(topicsOf(cloud)).toContain(upTopic(other, 'presence')));
    expect(topicsOf(cloud)).toEqual([upTopic(other, 'presence')]);
    await Promise.all([box.end(), cloud.end()]);
    const stranger = { clientId: demoDeviceId, username: demoDeviceId, password: token };
    await expect(connectRaw(boxes, stranger)).rejects.toThrow(/not authorized/i);
    await expect(connectRaw(clouds, { ...stranger, username: name })).rejects.toThrow(/not authorized/i);
  });

  it('sells again after Mosquitto has been gone', { timeout: 180_000 }, async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const { clerk, hardware, travellers } = world;
    const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
    const coupon = await travellers.getCoupon({ name: '다시왔', mobile: '01080000001', offers });
    const waitForLink = (linkUp: boolean) => until(async () => expect(await clerk.look()).toMatchObject({ linkUp }));
    const { comparedAtMs: before } = (await clerk.look()).clock;
    await broker.restart(() => waitForLink(false));
    await waitForLink(true);
    // The cloud is back, too, once it has answered what the box asks first.
    await until(async () => expect((await clerk.look()).clock.comparedAtMs).toBeGreaterThan(before ?? 0));
    await clerk.enterSale({ tender: 'card', listAmountWon: 24_000, headcount: 2 });
    await hardware.scan(coupon.barcode);
    expect(await clerk.waitFor('approved', 'declined', 'refused', 'reversed')).toMatchObject({ kind: 'approved' });
  });
});

const topicsOf = ({ received }: RawClient): string[] => received.map(({ topic }) => topic);
