import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MachineSchema } from '@scanpay/shared/fleet/telemetry.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxMachine } from './linux-machine.ts';
import { readVersions } from './read-versions.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'machine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const look = (dataDir = folder) =>
  createLinuxMachine({
    thermalDir: join(folder, 'thermal'),
    blockDir: join(folder, 'block'),
    procDir: join(folder, 'proc'),
    dataDir,
  }).look();

/** `8:1`, as the kernel names the device of a path; with `stat -c %Hd:%Ld` that is what coreutils print. */
function deviceOf(path: string): string {
  const { dev } = statSync(path, { bigint: true });
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  return `${major}:${minor}`;
}

describe('the machine', () => {
  it('tells the hottest zone, the disk and its wear, and the memory', async () => {
    write('thermal/thermal_zone0/temp', '48312\n');
    write('thermal/thermal_zone1/temp', '51000\n');
    write('thermal/thermal_zone2/temp', 'n/a\n');
    write('thermal/cooling_device0/temp', '99000\n');
    const device = `block/${deviceOf(folder)}`;
    write(`${device}/stat`, '    4 0 8 2      100 50 4096 12 0 9 9\n');
    write(`${device}/device/life_time`, '0x02 0x0b\n');
    write('proc/meminfo', 'MemTotal: 948304 kB\nMemFree:  100 kB\nMemAvailable:   2000 kB\n');
    const facts = await look();
    expect(facts).toMatchObject({
      temperatureMilliC: 51_000,
      disk: { writtenBytes: 4096 * 512, lifeUsedPercent: 110 },
      memory: { availableBytes: 2_048_000 },
    });
    expect(facts.disk?.freeBytes).toBeGreaterThan(0);
    expect(createParser(MachineSchema)(facts).ok).toBe(true);
  });

  it('tells nothing of what is not there, or makes no sense', async () => {
    write(`block/${deviceOf(folder)}/device/life_time`, '0x00 0xff\n');
    expect(await look()).toMatchObject({
      temperatureMilliC: null,
      disk: { writtenBytes: null, lifeUsedPercent: null },
      memory: { availableBytes: 0 },
    });
    expect((await look(join(folder, 'gone'))).disk).toBeNull();
  });

  it('is this one, too', async () => {
    const facts = await createLinuxMachine({
      thermalDir: '/sys/class/thermal',
      blockDir: '/sys/dev/block',
      procDir: '/proc',
      dataDir: folder,
    }).look();
    expect(createParser(MachineSchema)(facts)).toEqual({ ok: true, value: facts });
    expect(facts.memory.availableBytes).toBeGreaterThan(0);
  });

  it('names its versions', () => {
    write('os-release', 'NAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n');
    const packageFile = new URL('../../../package.json', import.meta.url);
    expect(readVersions(packageFile, join(folder, 'os-release'))).toMatchObject({
      software: expect.stringMatching(/^\d+\.\d+\.\d+/u),
      os: 'Debian GNU/Linux 12 (bookworm)',
    });
    expect(readVersions(packageFile, join(folder, 'none')).os).toBe('');
  });
});
