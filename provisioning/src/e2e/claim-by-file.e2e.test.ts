import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFakeNmcli } from '@scanpay/device/testing/fake-nmcli.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { registerClaim } from '../demo/enrol.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';
import { startUnclaimedBox } from './unclaimed-box.ts';

const place = { deviceId: demoDeviceId, merchantId: demoMerchant.merchantId };

let world: HostileWorld;
let bootDir: string;
beforeAll(async () => {
  world = await startHostileWorld('claim-by-file');
  bootDir = join(world.dataDir, 'firmware', 'scanpay');
  mkdirSync(bootDir, { recursive: true });
});
afterAll(() => world?.end());

const read = (name: string): string => readFileSync(join(bootDir, name), 'utf8');

it('sets a box up from its boot partition, tells so there, and takes no file twice', { timeout: 180_000 }, async () => {
  const nmcli = createFakeNmcli();
  onTestFinished(nmcli.remove);
  const text = await registerClaim(world.urls.operator, place);
  writeFileSync(join(bootDir, 'claim.txt'), `# for the shop\r\n${text}\r\n`);
  const config = { bootDir, wifi: { command: nmcli.command } };
  writeFileSync(join(bootDir, 'wifi.txt'), 'WIFI:T:WPA;S:shop;P:12345678;;\r\n');
  const box = await startUnclaimedBox(world, { config });
  await box.waitUntilItSells();
  expect(read('claim-result.txt')).toMatch(/^\ufeffOK\r\n설치했습니다: box-demo-1\r\nThe box is set up/);
  expect(read('wifi-result.txt')).toMatch(/^\ufeffOK\r\n와이파이에 연결했습니다/);
  expect(nmcli.calls().map(({ args }) => args.includes('passwd-file'))).toEqual([false, false, true, false, false]);
  for (const name of ['claim.txt', 'wifi.txt']) await until(() => expect(existsSync(join(bootDir, name))).toBe(false));

  // A claim on the card of a box that has its place is judged as one that is scanned.
  await box.stop();
  writeFileSync(join(bootDir, 'claim.txt'), await registerClaim(world.urls.operator, { ...place, deviceId: 'box-x' }));
  await startUnclaimedBox(world, { keepsIdentity: true });
  await until(() => expect(read('claim-result.txt')).toContain('box_claimed'));
  // The outcome is written before the order is taken away.
  await until(() => expect(existsSync(join(bootDir, 'claim.txt'))).toBe(false));
});

it('leaves the operator’s refusal on the card, and waits', { timeout: 180_000 }, async () => {
  const stale = await registerClaim(world.urls.operator, { ...place, deviceId: 'box-x' });
  await registerClaim(world.urls.operator, { ...place, deviceId: 'box-x' });
  writeFileSync(join(bootDir, 'claim.txt'), stale);
  const box = await startUnclaimedBox(world, { config: { bootDir } });
  await box.waitFor('waiting', 'claim_expired');
  await until(() => expect(read('claim-result.txt')).toMatch(/^\ufeffREFUSED\r\n유효시간이 지난/));
  await world.hardware.scan(await registerClaim(world.urls.operator, place));
  await box.waitUntilItSells();
});
