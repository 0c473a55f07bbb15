import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readClaimText, writeClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import { registerClaim } from '../demo/enrol.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';
import { startUnclaimedBox, type UnclaimedBox } from './unclaimed-box.ts';

const place = { deviceId: demoDeviceId, merchantId: demoMerchant.merchantId };

let world: HostileWorld;
let coupons: Coupon[];
let box: UnclaimedBox;
beforeAll(async () => {
  world = await startHostileWorld('claim-by-scan');
  coupons = await Promise.all(
    ['01070000001', '01070000002'].map((mobile) =>
      world.travellers.getCoupon({ name: '설치원', mobile, offers: [{ offerId: 'o-breakfast', headcount: 2 }] }),
    ),
  );
  box = await startUnclaimedBox(world);
});
afterAll(() => world?.end());

const claim = (deviceId: string = place.deviceId): Promise<string> =>
  registerClaim(world.urls.operator, { ...place, deviceId });
const receiptsDir = (): string => join(world.dataDir, 'box', 'receipts');
/** What came out of the printer: a Korean printer's CP949. */
const readSlips = (): string[] =>
  readdirSync(receiptsDir())
    .filter((name) => name.endsWith('.bin'))
    .map((name) => iconv.decode(readFileSync(join(receiptsDir(), name)), 'cp949'));
/** Waits for a slip with these words. Slips are told apart by their words alone: paper is slower than the page. */
const findSlip = (words: string): Promise<string> =>
  until(() => {
    const slip = readSlips().find((text) => text.includes(words));
    if (slip === undefined) throw new Error(`no slip says ${words}`);
    return slip;
  });
async function scanRefused(text: string, code: string): Promise<void> {
  await world.hardware.scan(text);
  const { headline, light } = await box.waitFor('waiting', code);
  expect([headline.ko, headline.en]).toEqual([expect.stringMatching(/[가-힣]/), expect.stringMatching(/^[A-Z]/)]);
  expect(light.light).toBe('set-up-refused');
}
async function sell(index: number): Promise<void> {
  const coupon = coupons[index];
  if (coupon === undefined) throw new Error('no coupon');
  expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
  await world.clerk.dismiss();
}

it('waits for a claim, with its own light and words, and no counter', async () => {
  await until(async () => expect(await box.look()).toMatchObject({ scanners: [{ isReady: true }] }));
  const view = await box.waitFor('waiting', null);
  expect(view).toMatchObject({ light: { light: 'no-identity' }, checks: [] });
  expect(view.advice.ko).toContain('설치 QR코드');
  const counter = await fetch(`${world.counterUrl}/api/state`);
  expect([counter.status, await counter.json()]).toEqual([503, expect.objectContaining({ code: 'identity_missing' })]);
});

it('refuses everything else in words, on page and paper, and goes on waiting', { timeout: 180_000 }, async () => {
  await scanRefused(coupons[0]?.barcode ?? '', 'not_set_up');
  const words = '아직 설치되지 않은 단말기입니다.';
  expect(await findSlip(words)).toContain('This box is not set up yet.');
  await scanRefused('SR1:NOBODY', 'not_set_up');
  await scanRefused('https://example.com/menu', 'set_up_code_unknown');
  await scanRefused('SPE1:NOT A CLAIM', 'claim_unreadable');
  await scanRefused('WIFI:T:WEP;S:shop;P:12345;;', 'wifi_unsupported');
  await until(() => expect(readSlips()).toHaveLength(4));
  // The same again is not printed again.
  expect(readSlips().filter((slip) => slip.includes(words))).toHaveLength(1);
});

it('refuses a claim that is expired, used, guessed, or whose server is another', { timeout: 180_000 }, async () => {
  const stale = await claim('box-elsewhere');
  const fresh = await claim('box-elsewhere');
  await scanRefused(stale, 'claim_expired');
  const read = readClaimText(fresh);
  if (!read.ok) throw new Error(read.detail);
  await scanRefused(writeClaimText({ ...read.value, secret: new Uint8Array(16).fill(9) }), 'claim_unknown');
  await scanRefused(writeClaimText({ ...read.value, caSha256: new Uint8Array(32).fill(9) }), 'operator_untrusted');
  const { enrolBox } = await import('@scanpay/device/enrol/enrol-box.ts');
  const { enrolmentOf } = await import('@scanpay/device/set-up-box.ts');
  const elsewhere = join(world.dataDir, 'elsewhere');
  mkdirSync(elsewhere);
  const other = await enrolBox(enrolmentOf(elsewhere), { kind: 'text', text: fresh }, { mayChangeOperator: false });
  expect(other).toMatchObject({ ok: true });
  await scanRefused(fresh, 'claim_used');
});

it('says that the operator is out of reach, and takes the same claim later', { timeout: 180_000 }, async () => {
  const text = await claim();
  await world.running.cloud?.stop();
  await world.hardware.scan(text);
  const view = await box.waitFor('waiting', 'upstream_unavailable');
  expect(view.headline.ko).toBe('운영사에 연결되지 않습니다');
  await world.startCloud();
  await world.hardware.scan(text);
  const running = await box.waitUntilItSells();
  expect(running).toMatchObject({ deviceId: demoDeviceId, merchantName: demoMerchant.name });
  const slip = await findSlip('설치 완료');
  for (const words of ['설치 완료', 'Set up', demoMerchant.name, demoDeviceId, '인증서 유효', 'Self-test', '20']) {
    expect(slip).toContain(words);
  }
  for (const check of ['scanner', 'printer', 'network', 'broker', 'login', 'clock', 'journal']) {
    expect(slip).toMatch(new RegExp(`(OK|WARNING)  [가-힣 ]+ ${check}`));
  }
  await world.clerk.waitUntilReady();
  await sell(0);
});

it('takes no claim and no Wi-Fi once it has its place', { timeout: 180_000 }, async () => {
  await world.hardware.scan(await claim('box-elsewhere'));
  expect((await world.clerk.waitFor('refused')).code).toBe('box_claimed');
  await world.clerk.dismiss();
  await world.hardware.scan('WIFI:T:WPA;S:thief;P:12345678;;');
  expect((await world.clerk.waitFor('refused')).code).toBe('wifi_set_up_only');
  await world.clerk.dismiss();
  expect(await world.clerk.look()).toMatchObject({ deviceId: demoDeviceId, linkUp: true });
});

it('is enrolled again by a claim once the operator has revoked it', { timeout: 180_000 }, async () => {
  await callJson('POST', `${world.urls.operator}/v1/devices/${demoDeviceId}/revoke`);
  await until(async () => expect((await world.clerk.look()).light).toBe('offline'));
  await world.hardware.scan(await claim());
  await box.waitUntilItSells();
  await world.clerk.waitUntilReady();
  await sell(1);
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
});
