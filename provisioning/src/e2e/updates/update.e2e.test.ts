import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownArch } from '@scanpay/device/drivers/update/own-release.ts';
import { packFolder } from '@scanpay/device/updater/testing/make-release.ts';
import { createUpdateBench, type UpdateBench } from '@scanpay/device/updater/testing/update-bench.ts';
import type { RolloutDetail } from '@scanpay/shared/api/release.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import type { VerifyJwk } from '@scanpay/shared/wire/message-key.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { callJson } from '../../demo/call-json.ts';
import type { Coupon } from '../../demo/customers.ts';
import { demoDeviceId } from '../../demo/identities.ts';
import { type HostileWorld, startHostileWorld, sumBooks } from '../hostile-world.ts';
import { layOutRelease, type Mistake, shareModules } from './real-release.ts';

const timeout = 240_000;
const until = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: 180_000, interval: 100 });
const releaseTool = fileURLToPath(new URL('../../release/main.ts', import.meta.url));
const run = promisify(execFile);

let folder: string;
let keyFile: string;
let bench: UpdateBench;
let world: HostileWorld;
let coupons: Coupon[];

/** The command that whoever makes releases has. */
const release = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, [releaseTool, ...args])).stdout;

/** Lays out, packs, signs and uploads a release of this checkout. */
async function publish(version: string, mistake?: Mistake): Promise<void> {
  const tree = join(folder, `tree-${version}`);
  layOutRelease(tree, version, mistake);
  const tarball = join(folder, `scanpay-box_${version}_${ownArch()}.tar.gz`);
  packFolder(tree, tarball);
  await release('--tarball', tarball, '--key', keyFile, '--upload', world.urls.operator);
}

const staff = (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> =>
  callJson(method, `${world.urls.operator}${path}`, body);
const beginRollout = async (version: string): Promise<RolloutDetail> => {
  const all = { groups: null, percent: 100, atOnce: 10, maxFailedPercent: 50, maxFailures: 1 };
  return (await staff('POST', '/v1/rollouts', { version, ...all })) as RolloutDetail;
};
const look = async ({ rolloutId }: RolloutDetail): Promise<RolloutDetail> =>
  (await staff('GET', `/v1/rollouts/${rolloutId}`)) as RolloutDetail;

/** The box's process comes and goes; the counter stays where it is. */
async function launchBox(counterUrl: string) {
  await bench.boot();
  await until(async () => expect((await fetch(`${counterUrl}/api/state`)).status).toBe(200));
  const never = new Promise<never>(() => undefined);
  const nobody = { pid: 0, say: () => undefined, hear: () => never, ended: never };
  return { ...nobody, ready: { counter: counterUrl }, stop: () => bench.cutPower(), kill: () => bench.cutPower() };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'update-e2e-'));
  keyFile = join(folder, 'release-key.json');
  const releaseKey = JSON.parse(await release('--new-key', keyFile, '--kid', 'release-2026')) as VerifyJwk;
  const root = join(folder, 'opt');
  mkdirSync(join(root, 'releases'), { recursive: true });
  shareModules(root);
  const configPath = join(folder, 'box.json');
  const limits = { trialMs: 45_000, settleMs: 1_000, askMs: 200, restMs: 200, restartMs: 30_000, returnWaitMs: 1_000 };
  const install = (to: string): void => layOutRelease(to, '1.0.0');
  bench = createUpdateBench({ root, limits, install, boxArgs: ['--config', configPath], stopMs: 10_000 });
  const updater = JSON.parse(readFileSync(bench.configPath, 'utf8')) as object;
  writeFileSync(bench.configPath, JSON.stringify({ ...updater, releaseKeys: [releaseKey] }));
  const counterPort = await pickFreePort();
  world = await startHostileWorld('update', {
    releaseKeys: [releaseKey],
    boxLimits: { showResultMs: 1_000 },
    boxConfig: { updates: bench.folders, counter: { port: counterPort } },
    async launchBox(path) {
      writeFileSync(configPath, readFileSync(path));
      return launchBox(`http://127.0.0.1:${counterPort}`);
    },
  });
  coupons = await Promise.all(
    [1, 2, 3].map((n) =>
      world.travellers.getCoupon({
        name: '새버전',
        mobile: `0106100000${n}`,
        offers: [{ offerId: 'o-breakfast', headcount: 2 }],
      }),
    ),
  );
}, timeout);
afterAll(async () => {
  await world?.end();
  await bench?.cutPower();
  bench?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const sell = async (index: number): Promise<void> => {
  const coupon = coupons[index];
  if (coupon === undefined) throw new Error('no coupon');
  expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
};
const boxRuns = async (version: string): Promise<void> => {
  const { devices } = (await staff('GET', '/v1/device-releases')) as { devices: object[] };
  expect(devices).toMatchObject([{ deviceId: demoDeviceId, version }]);
};

describe('a release that is rolled out to a box that sells', () => {
  it('waits for the sale on the counter, takes over, and sells', { timeout }, async () => {
    await until(() => boxRuns('1.0.0'));
    await publish('1.1.0');
    await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
    const rollout = await beginRollout('1.1.0');
    await until(async () => expect(await look(rollout)).toMatchObject({ attempts: [{ state: 'installed' }] }));
    expect(bench.current()).toBe('1.0.0');
    await sell(0);
    await until(async () =>
      expect(await look(rollout)).toMatchObject({ confirmed: 1, attempts: [{ state: 'confirmed' }] }),
    );
    await until(() => boxRuns('1.1.0'));
    await world.clerk.waitUntilReady();
    await sell(1);
    // Open for boxes that come later, until somebody ends it.
    expect(await staff('POST', `/v1/rollouts/${rollout.rolloutId}/abort`)).toMatchObject({
      state: 'aborted',
      confirmed: 1,
    });
  });

  it.each<[string, string, Mistake, { code: string }]>([
    [
      'does not find the broker',
      '1.2.0',
      {
        file: 'device/src/pick-instruments.ts',
        before: 'broker: broker.value,',
        after: 'broker: { ...broker.value, port: 9 },',
      },
      { code: 'update_no_connection' },
    ],
    [
      'cannot render a receipt',
      '1.3.0',
      {
        file: 'device/src/drivers/print/receipt-renderer.ts',
        before: 'export async function renderReceipt(',
        after:
          'export async function renderReceipt(..._: unknown[]): Promise<never> {\n  throw new Error("no font");\n}\nexport async function other(',
      },
      { code: 'update_self_test' },
    ],
  ])(
    'and %s: the one before comes back, the rollout is halted, and the box sells',
    { timeout },
    async (_what, version, mistake, expected) => {
      await publish(version, mistake);
      const rollout = await beginRollout(version);
      await until(async () => {
        expect(await look(rollout)).toMatchObject({
          state: 'halted',
          failed: 1,
          attempts: [{ state: 'rolled-back', ...expected }],
        });
      });
      await until(() => boxRuns('1.1.0'));
      // The box that came back says it, signed, and the operator's staff sees it.
      const alarm = { code: 'update-rolled-back', detail: expect.stringContaining(`${version} ${expected.code}`) };
      await until(async () =>
        expect(await staff('GET', '/v1/alarms?state=open')).toMatchObject({
          alarms: expect.arrayContaining([expect.objectContaining(alarm)]),
        }),
      );
      await until(() =>
        expect([bench.current(), bench.confirmed(), bench.releases()]).toEqual(['1.1.0', '1.1.0', ['1.1.0']]),
      );
    },
  );

  it('leaves books that agree', { timeout }, async () => {
    await world.clerk.waitUntilReady();
    await sell(2);
    expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
  });

  it('is not rolled out when it is older, unsigned or not there', { timeout }, async () => {
    const refusal = async (call: Promise<unknown>): Promise<string> =>
      call.then(
        () => 'taken',
        (error: unknown) => String(error),
      );
    await publish('1.0.5');
    const { chosen, attempts } = await beginRollout('1.0.5');
    expect({ chosen, attempts }).toEqual({ chosen: 0, attempts: [] });
    expect(await refusal(staff('POST', '/v1/releases', { manifestJws: 'a.b.c' }))).toContain('release_unsigned');
    expect(await refusal(beginRollout('9.9.9'))).toContain('not_found');
  });
});
