import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import { registerClaim } from '../demo/enrol.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';

const entry = fileURLToPath(new URL('../../../device/src/scanpay-device.ts', import.meta.url));
const place = { deviceId: demoDeviceId, merchantId: demoMerchant.merchantId };

let world: HostileWorld;
let folder: string;
let coupons: Coupon[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'identity-day-'));
  world = await startHostileWorld('identity-day');
  coupons = await Promise.all(
    ['01060000001', '01060000002'].map((mobile) =>
      world.travellers.getCoupon({ name: '신분증', mobile, offers: [{ offerId: 'o-breakfast', headcount: 2 }] }),
    ),
  );
});
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The technician's command, as a process of its own. */
function runEnrol(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const config = join(world.dataDir, 'config', 'box.json');
  const child = spawn(process.execPath, [entry, 'enrol', '--config', config, ...args]);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

const sell = async (index: number) => {
  const coupon = coupons[index];
  if (coupon === undefined) throw new Error('no coupon');
  expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
};

it('sells, is revoked within seconds, and sells again after a new claim', { timeout: 180_000 }, async () => {
  await sell(0);
  await world.clerk.dismiss();
  const revoked = await callJson('POST', `${world.urls.operator}/v1/devices/${demoDeviceId}/revoke`);
  expect(revoked).toMatchObject({ deviceId: demoDeviceId, serials: [expect.any(String)] });
  // The box sees its connection end at once, and is not let in again.
  await until(async () => expect((await world.clerk.look()).light).toBe('offline'));
  await world.running.box?.stop();

  const text = await registerClaim(world.urls.operator, place);
  const enrolled = await runEnrol('--claim', text, '--json');
  expect(enrolled).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(enrolled.stdout)).toMatchObject({ ok: true, ...place });
  await world.startBox();
  await world.clerk.waitUntilReady();
  await sell(1);
  const { certificates } = (await callJson(
    'GET',
    `${world.urls.operator}/v1/devices/${demoDeviceId}/certificates`,
  )) as { certificates: { revocation: string | null }[] };
  expect(certificates.map(({ revocation }) => revocation)).toEqual([null, 'revoked']);
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
});

it('tells the technician in Korean and English what is wrong with a claim', { timeout: 180_000 }, async () => {
  const stale = await registerClaim(world.urls.operator, { ...place, deviceId: 'box-elsewhere' });
  await registerClaim(world.urls.operator, { ...place, deviceId: 'box-elsewhere' });
  const refused = await runEnrol('--claim', stale);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('유효시간이 지난 설치코드입니다.');
  expect(refused.stderr).toContain('This claim has expired.');
  const unreadable = await runEnrol('--claim', 'SP1:NO CLAIM', '--json');
  expect(unreadable.code).toBe(1);
  expect(JSON.parse(unreadable.stdout)).toMatchObject({ ok: false, code: 'claim_unreadable' });
  expect(await runEnrol('--code', '0000-0000')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage/) });
  // Nothing of that touched the identity the box has.
  const identity = join(world.dataDir, 'box', 'identity', 'identity.json');
  expect(JSON.parse(readFileSync(identity, 'utf8'))).toMatchObject({ deviceId: demoDeviceId });
});
