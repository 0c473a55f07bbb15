import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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

describe('findDevices by USB ids', () => {
  /** As the kernel lays it out: the interface below the device, and a port below that for ttyUSB. */
  const addLine = async (name: string, usbDevice: string, port: string): Promise<void> => {
    const place = join(folder, 'devices', usbDevice, `${usbDevice}:1.0`, port);
    await mkdir(place, { recursive: true });
    await mkdir(join(folder, 'tty', name), { recursive: true });
    await symlink(place, join(folder, 'tty', name, 'device'));
  };
  const setIds = async (usbDevice: string, vendor: string, product: string): Promise<void> => {
    await writeFile(join(folder, 'devices', usbDevice, 'idVendor'), `${vendor}\n`);
    await writeFile(join(folder, 'devices', usbDevice, 'idProduct'), `${product}\n`);
  };

  it('takes the lines of these ids, whatever number they got, and no others', async () => {
    await addLine('ttyACM1', '1-1', '');
    await setIds('1-1', '0c2e', '0b6a');
    await addLine('ttyUSB0', '1-2', 'ttyUSB0');
    await setIds('1-2', '067b', '2303');
    await addLine('ttyACM0', '1-3', '');
    const sysClass = join(folder, 'tty');
    expect(await findDevices('usb:0C2E:0B6A', sysClass)).toEqual(['/dev/ttyACM1']);
    expect(await findDevices('usb:067b:2303', sysClass)).toEqual(['/dev/ttyUSB0']);
    expect(await findDevices('usb:067b:2304', sysClass)).toEqual([]);
    expect(await findDevices('usb:067b:2303', join(folder, 'none'))).toEqual([]);
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
