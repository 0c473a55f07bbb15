import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, readFile, stat, statfs } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { judgeDisk, judgeTemperature } from '../core/doctor/judge.ts';
import { judgeThrottling } from '../core/doctor/judge-machine.ts';
import { allWell, type Finding, fault } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';

/** Whether something takes connections there; otherwise the system's error. */
export function connectTcp(host: string, port: number, waitMs: number): Promise<'taken' | Error> {
  return new Promise((settle) => {
    const socket = createConnection({ host, port, timeout: waitMs });
    const end = (result: 'taken' | Error): void => {
      socket.destroy();
      settle(result);
    };
    socket.once('connect', () => end('taken'));
    socket.once('timeout', () => end(new Error(`no answer within ${waitMs} ms`)));
    socket.once('error', (error) => end(error));
  });
}

export async function probeBroker({ host, port }: BrokerAddress, waitMs: number): Promise<Finding> {
  const result = await connectTcp(host, port, waitMs);
  if (result === 'taken') return allWell(`${host}:${port} takes connections`);
  return fault(`${host}:${port}: ${result.message}`, advice.brokerUnreachable);
}

/** Nothing is written: the kernel is asked whether it could be. A folder not there yet is judged by the one above. */
export async function probeDisk(dataDir: string): Promise<Finding> {
  try {
    const folder = await findExisting(resolve(dataDir));
    if (!(await stat(folder)).isDirectory()) return fault(`${folder} is not a folder`, advice.diskPath);
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return judgeDisk(bavail * bsize, folder);
  } catch (error) {
    return fault((error as Error).message, advice.diskPath);
  }
}

async function findExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code === 'ENOENT' || code === 'ENOTDIR') && path !== dirname(path)) return findExisting(dirname(path));
    throw error;
  }
}

export async function probeTemperature(thermalDir: string): Promise<Finding> {
  const names = await readdir(thermalDir).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone'));
  const texts = await Promise.all(
    zones.map((name) => readFile(join(thermalDir, name, 'temp'), 'utf8').catch(() => '')),
  );
  return judgeTemperature(texts.filter((text) => /^-?[0-9]+\s*$/.test(text)).map(Number));
}

/**
 * `file`: where a Raspberry Pi's kernel shows the word, in hexadecimal; otherwise `command`, its firmware's `vcgencmd`.
 */
export async function probeThrottling({ file, command }: { file: string; command: string }): Promise<Finding> {
  const told = await readFile(file, 'utf8').catch(() => askFirmware(command));
  const digits = /^(?:throttled=)?(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(told)?.[1];
  return judgeThrottling(digits === undefined ? undefined : Number.parseInt(digits, 16));
}

/** Empty where there is none, or where it does not answer. */
function askFirmware(command: string): Promise<string> {
  return new Promise((settle) => {
    execFile(command, ['get_throttled'], { timeout: 3000, maxBuffer: 4096 }, (_error, stdout) => settle(stdout));
  });
}

export async function probeVersions(packageFile: URL): Promise<Finding> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  return allWell(`ScanPay ${version}, Node ${process.version}, kernel ${release()}`);
}
