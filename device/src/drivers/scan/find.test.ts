import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCommand } from './find-command.ts';
import { findDevices, openFirst } from './find-device.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scanpay-find-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('findDevices', () => {
  it('takes a plain path as it is, present or not', async () => {
    expect(await findDevices('/dev/ttyACM7')).toEqual(['/dev/ttyACM7']);
  });

  it('takes the matches of a glob by name, and nothing when there is none', async () => {
    const pattern = join(folder, 'usb-*-if00');
    expect(await findDevices(pattern)).toEqual([]);
    await writeFile(join(folder, 'usb-Zebra-if00'), '');
    await writeFile(join(folder, 'usb-Honeywell-if00'), '');
    await writeFile(join(folder, 'usb-Apple-if01'), '');
    expect(await findDevices(pattern)).toEqual([join(folder, 'usb-Honeywell-if00'), join(folder, 'usb-Zebra-if00')]);
  });
});

describe('openFirst', () => {
  const held = (name: string): Promise<string> => Promise.reject(new Error(`${name} is held`));

  it('opens the next match when the first is held by another part of the box', async () => {
    for (const name of ['gun-1', 'gun-2', 'gun-3']) await writeFile(join(folder, name), '');
    const opened = await openFirst(join(folder, 'gun-*'), async (path) => (path.endsWith('1') ? held(path) : path));
    expect(opened).toBe(join(folder, 'gun-2'));
  });

  it('says what is wrong with the first when none can be opened, or that there is none', async () => {
    for (const name of ['gun-1', 'gun-2']) await writeFile(join(folder, name), '');
    await expect(openFirst(join(folder, 'gun-*'), held)).rejects.toThrow('gun-1 is held');
    await expect(openFirst(join(folder, 'wand-*'), held)).rejects.toThrow(/no device matches .*wand/);
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
