import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCommand } from './find-command.ts';
import { findDevice } from './find-device.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scanpay-find-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('findDevice', () => {
  it('takes a plain path as it is, present or not', async () => {
    expect(await findDevice('/dev/ttyACM7')).toBe('/dev/ttyACM7');
  });

  it('takes the first match of a glob by name, and nothing when there is none', async () => {
    const pattern = join(folder, 'usb-*-if00');
    expect(await findDevice(pattern)).toBeUndefined();
    await writeFile(join(folder, 'usb-Zebra-if00'), '');
    await writeFile(join(folder, 'usb-Honeywell-if00'), '');
    await writeFile(join(folder, 'usb-Apple-if01'), '');
    expect(await findDevice(pattern)).toBe(join(folder, 'usb-Honeywell-if00'));
  });
});

describe('findCommand', () => {
  it('prefers the earlier name, then the earlier folder, and wants it executable', async () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    for (const path of [first, second]) await mkdir(path);
    const searchPath = `relative:${first}:${second}`;
    expect(await findCommand(['new', 'old'], searchPath)).toBeUndefined();
    await writeFile(join(first, 'new'), '');
    await writeFile(join(first, 'old'), '', { mode: 0o755 });
    expect(await findCommand(['new', 'old'], searchPath)).toBe(join(first, 'old'));
    await writeFile(join(second, 'new'), '', { mode: 0o755 });
    expect(await findCommand(['new', 'old'], searchPath)).toBe(join(second, 'new'));
    await chmod(join(first, 'new'), 0o755);
    expect(await findCommand(['new', 'old'], searchPath)).toBe(join(first, 'new'));
  });
});
