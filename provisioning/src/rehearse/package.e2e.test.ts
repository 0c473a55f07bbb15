import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCloudConfig, makeIdentities } from '../demo/identities.ts';
import { type BuiltPackage, buildPackage } from '../package/build-package.ts';
import { box, cloud, type Product } from '../package/products.ts';
import { listFiles } from '../package/release-tree.ts';
import { findTarget, type Target } from '../package/targets.ts';
import { copyDebian, provideDebian } from './debian-folder.ts';
import { bootMachine } from './machine.ts';
import { rehearse } from './rehearse.ts';
import { findRestrictions } from './restrictions.ts';
import { runProgram } from './run-program.ts';
import { startService } from './start-service.ts';
import type { DoneStep } from './steps.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const anyPort = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const buildMs = 10 * 60_000;
const debianMs = 20 * 60_000;
const [amd64, arm64] = ['amd64', 'arm64'].map((name) => findTarget(name) as Target) as [Target, Target];

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
const lacks = (...programs: string[]): string | undefined => {
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length > 0) return `not here: ${missing.join(', ')}`;
  return process.getuid?.() === 0 ? undefined : 'needs root';
};

let outDir: string;
beforeAll(() => {
  outDir = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterAll(() => rmSync(outDir, { recursive: true, force: true }), buildMs);

const buildAnew = (product: Product, target: Target, version: string, to: string): Promise<BuiltPackage> => {
  const where = { root, outDir: join(outDir, to), product, target, version };
  return buildPackage({ ...where, pressing: 'fast', withArchive: true, log: () => undefined });
};
const built = new Map<string, Promise<BuiltPackage>>();
/** Built once for all tests. */
function build(product: Product, target: Target, version = '0.1.0'): Promise<BuiltPackage> {
  const key = [product.name, target.debianName, version].join(' ');
  const building = built.get(key) ?? buildAnew(product, target, version, 'out');
  built.set(key, building);
  return building;
}
const hashOf = (file: string | undefined): string =>
  createHash('sha256')
    .update(readFileSync(file ?? ''))
    .digest('hex');

describe('the packages', () => {
  it(
    'are the same bytes when built again, as are the archives; and the archive is the release in the package',
    async (ctx) => {
      const missing = lacks('dpkg-deb', 'x86_64-linux-gnu-g++');
      if (missing !== undefined) return ctx.skip(missing);
      const first = await build(box, amd64);
      const again = await buildAnew(box, amd64, '0.1.0', 'again');
      expect(hashOf(again.deb)).toBe(hashOf(first.deb));
      expect(hashOf(again.archive)).toBe(hashOf(first.archive));
      const [fromDeb, fromArchive] = [join(outDir, 'from-deb'), join(outDir, 'from-archive')];
      mkdirSync(fromArchive);
      await runProgram(['dpkg-deb', '--extract', first.deb, fromDeb], { deadlineMs: buildMs });
      await runProgram(['tar', '-xzf', first.archive ?? '', '-C', fromArchive], { deadlineMs: buildMs });
      const release = join(fromDeb, 'opt/scanpay/releases/0.1.0');
      expect(listFiles(fromArchive)).toEqual(listFiles(release));
      expect(JSON.parse(readFileSync(join(fromArchive, 'release.json'), 'utf8'))).toMatchObject({
        product: 'scanpay-box',
        version: '0.1.0',
        architecture: 'amd64',
      });
      expect(listFiles(release)).toContain('device/src/updater/main.js');
      expect(listFiles(release).filter((path) => /\.test\.|\/testing\/|\.d\.ts$|(^|\/)vitest/.test(path))).toEqual([]);
    },
    buildMs,
  );

  it(
    'for arm64 have native parts for arm64 alone, and those load',
    async (ctx) => {
      const missing = lacks('dpkg-deb', 'aarch64-linux-gnu-g++', 'qemu-aarch64-static');
      if (missing !== undefined) return ctx.skip(missing);
      const { deb } = await build(box, arm64);
      const folder = join(outDir, 'arm64');
      await runProgram(['dpkg-deb', '--extract', deb, folder], { deadlineMs: buildMs });
      const release = join(folder, 'opt/scanpay/releases/0.1.0');
      const native = listFiles(release).filter((path) => isElf(join(release, path)));
      expect(native.length).toBeGreaterThanOrEqual(5);
      // e_machine at byte 18 (elf(5)): EM_AARCH64.
      for (const path of native) expect(readFileSync(join(release, path)).readUInt16LE(18), path).toBe(183);
      const load = "for (const name of ['better-sqlite3', 'serialport', 'sharp', 'epoll', 'onoff']) require(name);";
      const script = `const require = require_('module').createRequire(${JSON.stringify(join(release, 'device/src/main.js'))}); ${load}`;
      const said = spawnSync(
        'qemu-aarch64-static',
        [
          '-L',
          '/usr/aarch64-linux-gnu',
          join(release, 'bin/node'),
          '-p',
          `const require_ = require; {${script}} process.arch`,
        ],
        { encoding: 'utf8', timeout: buildMs, env: { PATH: process.env.PATH } },
      );
      expect(said.stdout.trim(), said.stderr).toBe('arm64');
    },
    buildMs,
  );
});

const isElf = (path: string): boolean =>
  lstatSync(path).isFile() && readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1'));

describe('in a Debian where no systemd runs', () => {
  it(
    'they install, upgrade, are removed and purged, and lose neither journal nor configuration before that',
    async (ctx) => {
      const missing = lacks('dpkg-deb', 'debootstrap', 'x86_64-linux-gnu-g++');
      if (missing !== undefined) return ctx.skip(missing);
      const debian = join(outDir, 'debian');
      await copyDebian(await provideDebian(root, amd64), debian);
      const inside = (...command: string[]) =>
        runProgram(['chroot', debian, ...command], {
          deadlineMs: buildMs,
          env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        });
      const install = async (deb: string): Promise<void> => {
        await runProgram(['cp', deb, join(debian, 'root/one.deb')], { deadlineMs: buildMs });
        await inside('dpkg', '--force-unsafe-io', '--install', '/root/one.deb');
      };
      const links = () => ['current', 'confirmed'].map((link) => readlinkSync(join(debian, 'opt/scanpay', link)));
      const both = (version: string) => [`releases/${version}`, `releases/${version}`];
      const at = (path: string) => join(debian, path);

      const ownersOf = async (...paths: string[]) => (await inside('stat', '--format=%U:%G %a', ...paths)).split('\n');

      await install((await build(box, amd64)).deb);
      expect(links()).toEqual(both('0.1.0'));
      for (const unit of ['scanpay-updater.service', 'scanpay-restart.path', 'scanpay-box', 'scanpay-boot.path']) {
        expect(await inside('systemctl', 'is-enabled', unit), unit).toBe('enabled');
      }
      const notTheUpdaters = ['find', '/opt/scanpay', '!', '-user', 'scanpay-updater'];
      expect(await inside(...notTheUpdaters)).toBe('');
      expect(await inside('find', '/opt/scanpay', '!', '-type', 'l', '-perm', '/o=w,g=w')).toBe('');
      expect(await ownersOf('/var/lib/scanpay-updater', '/var/lib/scanpay-updates')).toEqual([
        'scanpay-updater:scanpay-updater 755',
        'scanpay:scanpay-updater 2750',
      ]);
      expect(await inside('dpkg', '--verify', 'scanpay-box')).toBe('');
      expect(await inside('id', '--name', '--groups', 'scanpay')).toMatch(/dialout.*gpio|gpio.*dialout/);
      expect(await inside('scanpay-device', 'doctor', '--help')).toMatch(/^usage: scanpay-device doctor/);
      expect(await inside('stat', '--format=%U %a', '/var/lib/scanpay')).toBe('scanpay 700');

      writeFileSync(at('etc/scanpay/box.json'), '{ "mine": true }');
      writeFileSync(at('var/lib/scanpay/box.sqlite'), 'journal');
      // Again, and half done: dpkg calls the same scripts.
      await inside(
        'sh',
        '-c',
        'rm /opt/scanpay/current /opt/scanpay/confirmed && dpkg-reconfigure scanpay-box 2>/dev/null || dpkg --force-unsafe-io --install /root/one.deb',
      );
      expect(links()).toEqual(both('0.1.0'));
      await install((await build(box, amd64, '0.1.1')).deb);
      expect(links()).toEqual(both('0.1.1'));
      expect(await inside(...notTheUpdaters)).toBe('');
      expect(existsSync(at('opt/scanpay/releases/0.1.0'))).toBe(false);
      expect(readFileSync(at('etc/scanpay/box.json'), 'utf8')).toBe('{ "mine": true }');

      // A box that has updated itself keeps the newer release.
      await inside(
        'sh',
        '-c',
        'cd /opt/scanpay && cp -r releases/0.1.1 releases/0.2.0 && for link in current confirmed; do ln -sfn releases/0.2.0 $link; done',
      );
      await inside('dpkg', '--force-unsafe-io', '--install', '/root/one.deb');
      expect(links()).toEqual(both('0.2.0'));

      await inside('dpkg', '--remove', 'scanpay-box');
      expect(existsSync(at('opt/scanpay'))).toBe(false);
      expect(readFileSync(at('var/lib/scanpay/box.sqlite'), 'utf8')).toBe('journal');
      expect(readFileSync(at('etc/scanpay/box.json'), 'utf8')).toBe('{ "mine": true }');
      await inside('dpkg', '--purge', 'scanpay-box');
      for (const path of ['var/lib/scanpay', 'var/lib/scanpay-updater', 'var/lib/scanpay-updates', 'etc/scanpay']) {
        expect(existsSync(at(path)), path).toBe(false);
      }
      expect(await inside('sh', '-c', 'dpkg --list scanpay-box 2>&1 || true')).toMatch(/no packages found|^un/m);

      await install((await build(cloud, amd64)).deb);
      expect(await inside('sh', '-c', 'scanpay-cloud verify --data /nowhere --json 2>&1 || true')).not.toMatch(
        /Cannot find/,
      );
      await inside('dpkg', '--purge', 'scanpay-cloud');
      expect(existsSync(at('opt/scanpay-cloud'))).toBe(false);
    },
    debianMs,
  );
});

describe('under a real systemd', () => {
  it(
    'the cloud is ready when it says so, has its configuration as a credential, and comes back',
    async (ctx) => {
      const missing = lacks('dpkg-deb', 'debootstrap', 'systemd-nspawn', 'nsenter', 'x86_64-linux-gnu-g++');
      if (missing !== undefined) return ctx.skip(missing);
      const folder = join(outDir, 'cloud-machine');
      await copyDebian(await provideDebian(root, amd64), folder);
      await runProgram(['cp', (await build(cloud, amd64)).deb, join(folder, 'root/cloud.deb')], {
        deadlineMs: buildMs,
      });
      const machine = await bootMachine({ folder, devices: [], deadlineMs: buildMs });
      try {
        await machine.run('dpkg', '--force-unsafe-io', '--install', '/root/cloud.deb');
        const broker = { kind: 'embedded', port: 0, boxes: 'certificate' } as const;
        const config = makeCloudConfig('/var/lib/scanpay-cloud', anyPort, makeIdentities(), broker);
        writeFileSync(join(folder, 'etc/scanpay/cloud.json'), JSON.stringify(config), { mode: 0o600 });
        expect(await startService(machine, 'scanpay-cloud.service', false)).toEqual([]);
        expect(await machine.run('systemctl', 'show', 'scanpay-cloud', '--property=StatusText')).toMatch(/=working$/);
        expect(await findRestrictions(machine, 'scanpay-cloud.service', false)).toContain('system calls filtered');
        expect(await startService(machine, 'scanpay-cloud.service', false)).toEqual([]);
      } finally {
        await machine.stop();
      }
    },
    debianMs,
  );

  it(
    'the box goes from a bare Debian to the first sale',
    async (ctx) => {
      const missing = lacks('dpkg-deb', 'debootstrap', 'systemd-nspawn', 'nsenter', 'x86_64-linux-gnu-g++');
      if (missing !== undefined) return ctx.skip(missing);
      const steps: DoneStep[] = [];
      const { deb } = await build(box, amd64);
      const onStep = (step: DoneStep) => steps.push(step);
      await rehearse({ root, target: amd64, workDir: join(outDir, 'rehearsal'), deb, onStep });
      const said = new Map(steps.map((step) => [step.name, step.said]));
      expect(said.get('start the service')).toBe('working; as its unit says');
      expect(said.get('claim a place by a scan')).toMatch(/first slip of [0-9]+ bytes$/);
      expect(said.get('sell a coupon')).toMatch(/^approved; receipt of [0-9]+ bytes$/);
      expect(said.get('look at its updater')).toMatch(/^confirms 0\.1\.0; is told .*; restarted process/);
      expect(steps).toHaveLength(12);
    },
    debianMs,
  );
});
