import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UpdaterConfigSchema } from '@scanpay/device/updater/config.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { describe, expect, it, onTestFinished } from 'vitest';

const dir = fileURLToPath(new URL('../../../systemd/', import.meta.url));
const unitOf = (name: string): string => join(dir, `${name}.service`);

function analyze(...args: string[]): { said: string; status: number | null } | undefined {
  const run = spawnSync('systemd-analyze', args, { encoding: 'utf8', timeout: 15_000 });
  if (run.error !== undefined) return undefined;
  return { said: run.stdout + run.stderr, status: run.status };
}

describe.each([
  ['scanpay-box', 1.5],
  ['scanpay-cloud', 1.2],
  ['scanpay-updater', 1.5],
])('%s.service', (name, mostExposure) => {
  it(`is exposed at most ${mostExposure}, as systemd-analyze sees it`, (ctx) => {
    const found = analyze('security', '--offline=true', '--no-pager', unitOf(name));
    if (found === undefined) return ctx.skip('no systemd-analyze here');
    const exposure = /Overall exposure level for .*: ([0-9.]+)/.exec(found.said)?.[1];
    expect(Number(exposure), found.said).toBeLessThanOrEqual(mostExposure);
    expect(Number(exposure)).toBeGreaterThan(0);
  });

  it('is a unit that systemd takes, but for what only newer ones know', (ctx) => {
    const root = mkdtempSync(join(tmpdir(), 'units-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    // Its programs are not installed here: a program that is takes their place.
    const text = readFileSync(unitOf(name), 'utf8').replaceAll(/^(ExecStart(?:Pre)?)=(.*\\\n)*.*/gm, '$1=/bin/true');
    const copy = join(root, `${name}.service`);
    writeFileSync(copy, text.replace(/^Documentation=.*\n/m, ''));
    const found = analyze('verify', '--man=no', copy);
    if (found === undefined) return ctx.skip('no systemd-analyze here');
    const complaints = found.said.split('\n').filter((line) => line.includes(name));
    expect(complaints.filter((line) => !/Unknown key '?Restart(Steps|MaxDelaySec)/.test(line))).toEqual([]);
  });
});

describe.each(['scanpay-box', 'scanpay-cloud'])('%s.service', (name) => {
  it('restarts for ever, with a pause, and waits for somebody when the configuration is wrong', () => {
    const unit = readFileSync(unitOf(name), 'utf8');
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];
    expect(value('Restart')).toBe('always');
    // Alone: 70 (no journal) and 75 (a restart was asked for) come back.
    expect(value('RestartPreventExitStatus')).toBe('78');
    // The limit bounds a runaway, and no box stays down for good: so many starts do not fit into the interval.
    const startsAtMost = 300 / Number(value('RestartSec')?.replace('s', ''));
    expect(value('StartLimitIntervalSec')).toBe('5min');
    expect(Number(value('StartLimitBurst'))).toBeGreaterThan(startsAtMost);
  });
});

it('the box may write its word to the updater, and neither its releases nor the updater’s record', () => {
  const paths = [...readFileSync(unitOf('scanpay-box'), 'utf8').matchAll(/^ReadWritePaths=(.*)$/gm)];
  const written = paths.flatMap(([, list]) => list?.split(' ') ?? []);
  expect(written).toContain('/var/lib/scanpay-updates');
  expect(written.filter((path) => /\/opt|scanpay-updater/.test(path))).toEqual([]);
});

it('the updater’s configuration in the package is one, without keys', () => {
  const config = readConfigFile(UpdaterConfigSchema, join(dir, 'updater.json'));
  expect(config).toMatchObject({ root: '/opt/scanpay', releaseKeys: [] });
});
