import { readdir, readFile, stat, statfs } from 'node:fs/promises';
import { totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import type { Machine, MachineFacts } from '../../ports/machine.ts';

/** Of a kernel's block statistics, whatever the device's own sector (Documentation/block/stat.rst). */
const sectorBytes = 512;

/** `thermalDir`: /sys/class/thermal. `blockDir`: /sys/dev/block. `dataDir`: on the file system that is looked at. */
export function createLinuxMachine(dirs: {
  thermalDir: string;
  blockDir: string;
  procDir: string;
  dataDir: string;
}): Machine {
  return {
    async look() {
      const [temperatureMilliC, disk, availableBytes] = await Promise.all([
        readHottest(dirs.thermalDir),
        readDisk(dirs.dataDir, dirs.blockDir),
        readAvailable(dirs.procDir),
      ]);
      const totalBytes = totalmem();
      const memory = { totalBytes, availableBytes: Math.min(availableBytes, totalBytes) };
      return { uptimeMs: Math.round(uptime() * 1000), temperatureMilliC, disk, memory };
    },
  };
}

async function readHottest(thermalDir: string): Promise<number | null> {
  const names = await readdir(thermalDir).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone'));
  const texts = await Promise.all(zones.map((name) => readOrEmpty(join(thermalDir, name, 'temp'))));
  const known = texts.filter((text) => /^-?[0-9]{1,6}\s*$/.test(text)).map(Number);
  return known.length === 0 ? null : Math.max(...known);
}

async function readDisk(dataDir: string, blockDir: string): Promise<MachineFacts['disk']> {
  try {
    const [{ bavail, blocks, bsize }, { dev }] = await Promise.all([statfs(dataDir), stat(dataDir)]);
    const device = join(blockDir, toMajorMinor(dev));
    const [writtenBytes, lifeUsedPercent] = await Promise.all([readWritten(device), readLifeUsed(device)]);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, writtenBytes, lifeUsedPercent };
  } catch {
    return null;
  }
}

/** glibc's makedev(3), as far as Linux hands out numbers. */
const toMajorMinor = (dev: number): string => `${(dev >>> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`;

/** The seventh figure: sectors written. */
async function readWritten(device: string): Promise<number | null> {
  const sectors = Number((await readOrEmpty(join(device, 'stat'))).trim().split(/\s+/)[6] ?? Number.NaN);
  return Number.isSafeInteger(sectors) ? sectors * sectorBytes : null;
}

/** Two estimates in steps of a tenth, 0x01 to 0x0b; of a partition, its disk's. */
async function readLifeUsed(device: string): Promise<number | null> {
  const places = [join(device, 'device', 'life_time'), join(device, '..', 'device', 'life_time')];
  for (const text of await Promise.all(places.map(readOrEmpty))) {
    const steps = [...text.matchAll(/0x([0-9a-f]{2})/gi)].map(([, digits = '']) => Number.parseInt(digits, 16));
    const worst = Math.max(...steps);
    if (worst >= 1 && worst <= 11) return worst * 10;
  }
  return null;
}

/** What programs can still have without swapping (proc_meminfo(5)). */
async function readAvailable(procDir: string): Promise<number> {
  const kb = /^MemAvailable:\s+(\d+) kB$/m.exec(await readOrEmpty(join(procDir, 'meminfo')))?.[1];
  return kb === undefined ? 0 : Number(kb) * 1024;
}

const readOrEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
