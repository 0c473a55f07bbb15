import { readdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineFacts } from '../../ports/host.ts';

/** Asks the kernel; what it does not tell is null. @param thermalDir as Documentation/ABI/testing/sysfs-class-thermal */
export async function measureMachine(dataDir: string, thermalDir = '/sys/class/thermal'): Promise<MachineFacts> {
  const [temperatureC, diskFreeBytes] = await Promise.all([readTemperature(thermalDir), readFree(dataDir)]);
  return { temperatureC, diskFreeBytes };
}

async function readTemperature(thermalDir: string): Promise<number | null> {
  const names = await readdir(thermalDir).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone'));
  const texts = await Promise.all(
    zones.map((name) => readFile(join(thermalDir, name, 'temp'), 'utf8').catch(() => '')),
  );
  const degrees = texts.filter((text) => /^-?[0-9]+\s*$/u.test(text)).map((text) => Number(text) / 1_000);
  return degrees.length === 0 ? null : Math.max(...degrees);
}

async function readFree(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
