import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudConfig } from '@scanpay/cloud/config.ts';
import type { StoredIdentity } from '@scanpay/device/ports/identity-store.ts';
import { connectRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import { demoDeviceId, demoMerchant, makeIdentities } from '../demo/identities.ts';
import { startService } from '../demo/processes.ts';
import type { DayRow } from '../demo/rows.ts';
import { settleDay } from '../demo/settlement-day.ts';
import { type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';

const cloudEntry = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));

type Config = Required<Pick<CloudConfig, 'operator' | 'pg' | 'card'>>;
interface KeyState {
  keys: OperatorKeySet;
  holding: number;
  missing: string[];
}

let world: HostileWorld;
let configPath: string;
/** The next keys of everybody. */
const next = makeIdentities();

const readConfig = (): Config => JSON.parse(readFileSync(configPath, 'utf8')) as Config;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  world = await startHostileWorld('key-rotation', {
    launchCloud(path) {
      configPath = path;
      const config = readConfig();
      Object.assign(config.pg, { registrationsPerMinute: null });
      Object.assign(config.operator.identity, { certificateValidMs: 30_000 });
      writeFileSync(path, JSON.stringify(config));
      return startService(cloudEntry, ['--config', path]);
    },
  });
}, dayTakesMs + 240_000);
afterAll(() => world?.end());

/** As `systemctl reload` does it; resolves with what the cloud says of it. */
async function reload(change: (config: Config) => void): Promise<unknown> {
  const config = readConfig();
  change(config);
  writeFileSync(configPath, JSON.stringify(config));
  const { cloud } = world.running;
  if (cloud === undefined) throw new Error('no cloud');
  const heard = cloud.hear('reloaded');
  process.kill(cloud.pid, 'SIGHUP');
  return heard;
}

const readKeyState = async () => (await callJson('GET', `${world.urls.operator}/v1/keys`)) as KeyState;
const readIdentity = (): StoredIdentity =>
  JSON.parse(readFileSync(join(world.dataDir, 'box', 'identity', 'identity.json'), 'utf8')) as StoredIdentity;
const caOf = (name: string): X509Certificate => {
  const pem = readFileSync(join(world.dataDir, 'operator', 'identity', `${name}.pem`), 'utf8');
  return new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')));
};
const isBy = (name: string): boolean =>
  new X509Certificate(readIdentity().tls.certificate).verify(caOf(name).publicKey);

let registered = 0;
const getCoupon = (): Promise<Coupon> => {
  registered += 1;
  const mobile = `0107${String(registered).padStart(7, '0')}`;
  return world.travellers.getCoupon({ name: '김열쇠', mobile, offers: [{ offerId: 'o-seafood-set', headcount: 2 }] });
};

/** Sells without a pause, an old coupon and a fresh one in turn, until it is told to stop. */
function startSelling(stock: Coupon[]) {
  const outcomes: string[] = [];
  let isOver = false;
  const sellOn = async (): Promise<void> => {
    while (!isOver) {
      const coupon = (outcomes.length % 4 === 0 ? stock.pop() : undefined) ?? (await getCoupon());
      const { kind } = await world.sell(coupon);
      outcomes.push(kind);
      await world.clerk.dismiss();
    }
  };
  const selling = sellOn();
  return {
    outcomes,
    /** So many more are sold. */
    more: (count: number) => {
      const from = outcomes.length;
      return vi.waitFor(() => expect(outcomes.length).toBeGreaterThanOrEqual(from + count), { timeout: 180_000 });
    },
    async stop() {
      isOver = true;
      await selling;
    },
  };
}

it('changes every key while sales go on, without one lost or declined', { timeout: 600_000 }, async () => {
  const pids = [world.running.cloud?.pid, world.running.box?.pid];
  const first = readIdentity();
  const stock = await Promise.all(Array.from({ length: 12 }, getCoupon));
  const oldest = stock.pop() as Coupon;
  const selling = startSelling(stock);
  await selling.more(2);

  // A key that boxes have not heard of is not used.
  const before = readFileSync(configPath, 'utf8');
  expect(await reload(({ operator }) => Object.assign(operator, { messageKey: next.operator }))).toContain(
    'otherMessageKeys',
  );
  writeFileSync(configPath, before);

  const { keys } = world;
  const nextKeys = { operator: { ...next.operator, kid: 'operator-2' }, pg: { ...next.pg, kid: 'pg-2' } };
  const nextCard = { ...next.card, kid: 'card-2' };
  const nextCoupon = { ...next.coupon, kid: '2' };
  const { d: _, ...nextCouponPublic } = nextCoupon;
  const nextBox = { ...next.cardBox, kid: '2' };
  const nextLink = {
    operator: { ...next.links.operator, kid: 'operator-link-2' },
    pg: { ...next.links.pg, kid: 'pg-link-2' },
    card: { ...next.links.card, kid: 'card-link-2' },
  };
  const bothLinks = (company: 'operator' | 'pg' | 'card') => [keys.links[company], nextLink[company]].map(verifyJwkOf);

  // 1. Everybody hears of the next keys.
  const announced = await reload(({ operator, pg, card }) => {
    operator.otherMessageKeys = [verifyJwkOf(nextKeys.operator)];
    operator.otherCouponKeys = [nextCouponPublic];
    operator.identity.authorities = ['authority', 'authority-2'];
    operator.pgKeys = [keys.pg, nextKeys.pg].map(verifyJwkOf);
    operator.links.peers = { pg: bothLinks('pg') };
    pg.cardBoxKeys = [keys.cardBox, nextBox];
    pg.cardKeys = [keys.card, nextCard].map(verifyJwkOf);
    pg.operatorKeys = [keys.operator, nextKeys.operator].map(verifyJwkOf);
    card.pgKeys = [keys.pg, nextKeys.pg].map(verifyJwkOf);
    pg.links.peers = { operator: bothLinks('operator'), card: bothLinks('card') };
    card.links.peers = { pg: bothLinks('pg') };
  });
  expect(announced).toBe('keys changed');
  await until(async () => expect(await readKeyState()).toMatchObject({ holding: 1, missing: [] }));
  expect((await readKeyState()).keys.messageKeys.map(({ kid }) => kid)).toEqual(['operator-1', 'operator-2']);
  await selling.more(4);

  // 2. The next keys are used, the former believed.
  const used = await reload(({ operator, pg, card }) => {
    operator.messageKey = nextKeys.operator;
    operator.otherMessageKeys = [verifyJwkOf(keys.operator)];
    operator.couponKey = nextCoupon;
    operator.otherCouponKeys = [keys.couponPublic];
    operator.identity.authorities = ['authority-2', 'authority'];
    operator.links.signingKey = nextLink.operator;
    pg.signingKey = nextKeys.pg;
    pg.cardBoxKeys = [nextBox, keys.cardBox];
    pg.links.signingKey = nextLink.pg;
    card.signingKey = nextCard;
    card.links.signingKey = nextLink.card;
  });
  expect(used).toBe('keys changed');
  await selling.more(4);
  // The box has its certificate renewed, which the next CA signs now.
  await vi.waitFor(() => expect(isBy('authority-2')).toBe(true), { timeout: 180_000 });
  await selling.more(4);

  // 3. The former keys are believed no more; of coupons and card boxes for as long as there are coupons of them.
  const retired = await reload(({ operator, pg, card }) => {
    operator.otherMessageKeys = [];
    operator.identity.authorities = ['authority-2'];
    operator.pgKeys = [verifyJwkOf(nextKeys.pg)];
    operator.links.peers = { pg: [verifyJwkOf(nextLink.pg)] };
    pg.cardKeys = [verifyJwkOf(nextCard)];
    pg.operatorKeys = [verifyJwkOf(nextKeys.operator)];
    card.pgKeys = [verifyJwkOf(nextKeys.pg)];
    pg.links.peers = { operator: [verifyJwkOf(nextLink.operator)], card: [verifyJwkOf(nextLink.card)] };
    card.links.peers = { pg: [verifyJwkOf(nextLink.pg)] };
  });
  expect(retired).toBe('keys changed');
  await until(async () => expect(await readKeyState()).toMatchObject({ holding: 1, missing: [] }));
  await selling.more(8);
  await selling.stop();

  expect(selling.outcomes).toEqual(selling.outcomes.map(() => 'approved'));
  expect(selling.outcomes.length).toBeGreaterThanOrEqual(22);
  // Nobody was started again.
  expect(await world.isUnhurt()).toBe(true);
  expect([world.running.cloud?.pid, world.running.box?.pid]).toEqual(pids);
  expect((await world.clerk.look()).light).toBe('ready');
  // The first coupon of all, signed and sealed by the former keys, still pays.
  expect(await world.sell(oldest)).toMatchObject({ kind: 'approved' });
  await world.clerk.dismiss();

  // Whoever still shows a certificate of the former CA is not let in, were it good otherwise.
  const { key, certificate: cert } = first.tls;
  const address = { host: '127.0.0.1', port: world.brokerPort, secure: true };
  const stranger = connectRaw(address, { clientId: demoDeviceId, key, cert, ca: caOf('authority-2').toString() });
  await expect(stranger).rejects.toThrow();

  // Statements are signed by the next keys, and agree down the chain.
  const rows: DayRow[] = [];
  await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow: (row) => rows.push(row) });
  expect(rows.at(-1)).toMatchObject({ step: 'S15 operator → merchant', outcome: 'paid' });
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
});
