import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';
import { startUnclaimedBox, type UnclaimedBox } from './unclaimed-box.ts';

const tool = fileURLToPath(new URL('../provision/main.ts', import.meta.url));
const device = fileURLToPath(new URL('../../../device/src/scanpay-device.ts', import.meta.url));

let world: HostileWorld;
let box: UnclaimedBox;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provision-e2e-'));
  world = await startHostileWorld('provision');
  box = await startUnclaimedBox(world);
  // What sshd does with the command it is given, and what systemd would do with the service.
  writeProgram('ssh', 'while [ "$1" != -- ]; do shift; done; shift 2; exec sh -c "$*"');
  writeProgram(
    'systemctl',
    // `stop` ends when the service has: what comes after it takes the box for stopped.
    `echo "$@" >> '${folder}/systemctl.log'; [ "$1" = stop ] || exit 0; pid=$(cat '${folder}/pid'); kill "$pid"; ` +
      'while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done',
  );
  writeFileSync(join(folder, 'pid'), String(box.pid));
});
afterAll(async () => {
  await world?.end();
  rmSync(folder, { recursive: true });
});

function writeProgram(name: string, script: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

interface Line {
  event: string;
  step?: string;
  ok?: boolean;
  message?: { ko: string; en: string };
}

/** The tool as a process of its own, on a box behind ssh. */
async function provision(...args: string[]): Promise<{ code: number | null; lines: Line[]; stderr: string }> {
  const onBox = ['--target', 'pi@box', '--no-sudo', '--service-user', 'none'];
  const commands = ['--device-command', `${process.execPath} ${device}`, '--ssh-command', join(folder, 'bin', 'ssh')];
  const config = ['--box-config', join(world.dataDir, 'config', 'box.json'), '--state', join(folder, 'state.json')];
  const child = spawn(process.execPath, [tool, ...args, ...onBox, ...commands, ...config, '--json'], {
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = texts.stdout.split('\n').filter((line) => line !== '');
  return { code, lines: lines.map((line) => JSON.parse(line) as Line), stderr: texts.stderr };
}
const identityFile = (): string => join(world.dataDir, 'box', 'identity', 'identity.json');
const place = ['--device', demoDeviceId, '--merchant', demoMerchant.merchantId];

it('claims, checks, hands over and takes down a box behind ssh', { timeout: 400_000 }, async () => {
  const operator = ['--operator', world.urls.operator];
  const dry = await provision('claim', ...operator, ...place, '--dry-run');
  expect([dry.code, dry.lines.map(({ event }) => event)]).toEqual([0, ['begin', 'would', 'end']]);
  expect(existsSync(identityFile())).toBe(false);

  // The box waits beside this command, and goes on the moment it has its identity.
  expect(await provision('claim', ...operator, ...place)).toMatchObject({ code: 0, stderr: '' });
  await box.waitUntilItSells();
  await world.clerk.waitUntilReady();
  expect((await provision('claim', ...operator, ...place)).lines.at(1 + 1)).toMatchObject({ event: 'was-done' });

  const checked = await provision('check');
  expect(checked.lines.find(({ event }) => event === 'report')).toMatchObject({ report: { deviceId: demoDeviceId } });
  expect(checked.code).toBe(0);

  const handed = await provision('hand-over', ...operator, '--technician', "김 '기사' $(reboot)");
  expect(handed).toMatchObject({ code: 0 });
  const kept = await callJson('GET', `${world.urls.operator}/v1/devices/${demoDeviceId}/hand-overs`);
  expect(kept).toMatchObject({ handOvers: [{ handOver: { technician: "김 '기사' $(reboot)" } }] });

  expect(await provision('decommission', ...operator)).toMatchObject({ code: 0 });
  expect(existsSync(identityFile())).toBe(false);
  expect(readFileSync(join(folder, 'systemctl.log'), 'utf8')).toBe(
    'stop scanpay-box.service\nstart scanpay-box.service\n',
  );
  const { certificates } = (await callJson(
    'GET',
    `${world.urls.operator}/v1/devices/${demoDeviceId}/certificates`,
  )) as { certificates: { revocation: string | null }[] };
  expect(certificates[0]).toMatchObject({ revocation: 'revoked' });
});

it('tells by its exit code who is at fault', { timeout: 180_000 }, async () => {
  expect(await provision('fly')).toMatchObject({ code: 2, stderr: expect.stringContaining('no command fly') });
  expect(await provision('claim', '--operator', 'ftp://x', ...place)).toMatchObject({ code: 2 });
  expect(await provision('claim', '--operator', 'http://127.0.0.1:9', ...place)).toMatchObject({ code: 3 });
  const foreign = ['--device', 'box-x', '--merchant', 'm-of-nobody'];
  const refused = await provision('claim', '--operator', world.urls.operator, ...foreign);
  expect(refused.code).toBe(1);
  expect(refused.lines.at(-1)?.message?.ko).toContain('invalid_input');
  writeProgram('ssh', 'echo "Permission denied (publickey)." >&2; exit 255');
  const unreachable = await provision('check');
  expect([unreachable.code, unreachable.lines.at(-1)?.message?.en]).toEqual([3, expect.stringContaining('Permission')]);
});
