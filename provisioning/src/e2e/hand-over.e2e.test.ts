import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';
import { startUnclaimedBox } from './unclaimed-box.ts';

const entry = fileURLToPath(new URL('../../../device/src/scanpay-device.ts', import.meta.url));

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld('hand-over');
  // On its own fixed port, where the doctor finds it.
  await startUnclaimedBox(world, { keepsIdentity: true });
  await world.clerk.waitUntilReady();
});
afterAll(() => world?.end());

function runDevice(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const config = join(world.dataDir, 'config', 'box.json');
  const child = spawn(process.execPath, [entry, ...args, '--config', config]);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

it('is signed by the box, printed for the shop, and kept by the operator', { timeout: 180_000 }, async () => {
  await world.clerk.waitForPaper();
  const before = readdirSync(join(world.dataDir, 'box', 'receipts')).filter((each) => each.endsWith('.bin')).length;
  const done = await runDevice('doctor', '--hand-over', '김기사', '--json');
  expect(done.stderr).toBe('');
  const said = JSON.parse(done.stdout) as { ok: boolean; handOverJws: string; digest: string };
  expect([done.code, said.ok]).toEqual([0, true]);
  await world.hardware.waitForSlip(before + 1);
  const name = `${String(before + 1).padStart(3, '0')}.bin`;
  const slip = iconv.decode(readFileSync(join(world.dataDir, 'box', 'receipts', name)), 'cp949');
  for (const words of ['인수증', demoMerchant.name, demoDeviceId, '김기사', said.digest.slice(0, 22), 'printer']) {
    expect(slip).toContain(words);
  }
  const record = await callJson('POST', `${world.urls.operator}/v1/hand-overs`, { handOverJws: said.handOverJws });
  expect(record).toMatchObject({ digest: said.digest, handOver: { deviceId: demoDeviceId, technician: '김기사' } });
});

it('keeps a box that still serves: it is not retired while it runs, and its keys stay', {
  timeout: 180_000,
}, async () => {
  expect(await runDevice('retire', '--check')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"payments":0'),
  });
  const refused = await runDevice('retire', '--destroy-keys');
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('service_running') });
  const identity = join(world.dataDir, 'box', 'identity', 'identity.json');
  expect(existsSync(identity)).toBe(true);

  await world.running.box?.stop();
  const retired = await runDevice('retire', '--destroy-keys');
  expect(JSON.parse(retired.stdout)).toMatchObject({ ok: true, deviceId: demoDeviceId, destroyed: ['identity.json'] });
  expect(existsSync(identity)).toBe(false);
  const names = readdirSync(join(world.dataDir, 'box'));
  expect(names.filter((each) => each.startsWith(`retired-${demoDeviceId}-`))).toHaveLength(1);
  expect(names).not.toContain('box.sqlite');
  // Twice does no harm.
  expect(JSON.parse((await runDevice('retire', '--destroy-keys')).stdout)).toMatchObject({ ok: true, destroyed: [] });
});
