import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AptHost, provideDebianPackages } from './debian-packages.ts';
import { writeTree } from './testing/write-tree.ts';

const program = '#!/bin/sh\n';
const ordinary = ['chromium', 'mosquitto', 'g++', 'openssl', 'evtest', 'umockdev', 'poppler-utils'];
const ofPackages = ['systemd', 'debootstrap', 'systemd-container', 'g++-aarch64-linux-gnu', 'qemu-user-static'];
const all = [...ordinary, ...ofPackages, 'socat'];
const programOf: Record<string, string> = {
  umockdev: 'umockdev-run',
  'poppler-utils': 'pdftoppm',
  systemd: 'systemd-analyze',
  'systemd-container': 'systemd-nspawn',
  'g++-aarch64-linux-gnu': 'aarch64-linux-gnu-g++',
  'qemu-user-static': 'qemu-aarch64-static',
};
const programs = all.map((name) => programOf[name] ?? name);
/** Writes down how it was called; `install` leaves the programs behind. */
const aptGet = `${program}cd "$(dirname "$0")"
echo "$DEBIAN_FRONTEND $*" >> calls
case "$*" in *install*) for name in ${programs.join(' ')}; do cp mark "$name"; done;; esac
`;

function createHost(programs: Record<string, string>, uid: number) {
  const dir = writeTree({ mark: program, ...programs });
  for (const name of ['mark', ...Object.keys(programs)]) chmodSync(join(dir, name), 0o755);
  // The real ones must not be found: look only where the test put something.
  const host: AptHost = { env: { PATH: dir }, uid, sbinDirs: [] };
  const lines: string[] = [];
  const calls = () => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8') : '');
  return { host, lines, log: (line: string) => lines.push(line), calls };
}

const withTools = (script: string): string => script.replace(program, `${program}PATH=/usr/bin:/bin\n`);

describe('providing the Debian packages of the tests', () => {
  it('does nothing when all are there', async () => {
    const { host, log, lines } = createHost(Object.fromEntries(programs.map((name) => [name, program])), 0);
    expect(await provideDebianPackages(host, log)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('updates and installs the missing ones as root, without questions', async () => {
    const { host, log, calls } = createHost({ socat: program, 'apt-get': withTools(aptGet) }, 0);
    expect(await provideDebianPackages(host, log)).toEqual([]);
    expect(calls()).toMatch(
      /^noninteractive .* update -q\nnoninteractive .* install .* chromium mosquitto g\+\+ openssl evtest umockdev poppler-utils systemd debootstrap systemd-container g\+\+-aarch64-linux-gnu qemu-user-static\n$/,
    );
  });

  it('uses sudo where it asks no password', async () => {
    const sudo = `${program}[ "$2" = true ] && exit 0\nshift\nexec "$@"\n`;
    const { host, log, calls } = createHost({ sudo, 'apt-get': withTools(aptGet) }, 1000);
    expect(await provideDebianPackages(host, log)).toEqual([]);
    expect(calls()).toContain('install');
  });

  it('says what will be skipped where sudo wants a password', async () => {
    const { host, log, lines, calls } = createHost({ sudo: `${program}exit 1\n`, 'apt-get': withTools(aptGet) }, 1000);
    expect(await provideDebianPackages(host, log)).toEqual(all);
    expect(calls()).toBe('');
    expect(lines).toHaveLength(1 + all.length);
    expect(lines.at(-1)).toMatch(/^without socat the tests of .* are skipped$/);
  });

  it('says why apt-get failed', async () => {
    const { host, log, lines } = createHost({ 'apt-get': `${program}echo E: no network >&2; exit 100\n` }, 0);
    expect(await provideDebianPackages(host, log)).toEqual(all);
    expect(lines).toContain('apt-get failed: update: E: no network');
  });
});
