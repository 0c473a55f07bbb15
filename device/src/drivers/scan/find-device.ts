import { glob, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** More matches than this are not looked at. */
const maxMatches = 64;

/** `usb:VVVV:PPPP`: vendor and product in hexadecimal, as `lsusb` prints them. */
const usbIds = /^usb:([0-9a-f]{4}):([0-9a-f]{4})$/i;

/**
 * The device files that can be meant: `device` itself, or the matches, by name, when it is a glob such as
 * `/dev/serial/by-id/usb-Honeywell*` or names a USB device by its ids, e.g. `usb:0c2e:0b6a`. Empty when nothing
 * matches, e.g. while the scanner is unplugged. `sysClass`: the kernel's list of serial lines.
 *
 * `SerialPort.list()` is not used: it throws past its promise on systems without `udevadm`.
 */
export async function findDevices(device: string, sysClass = '/sys/class/tty'): Promise<string[]> {
  const [, vendor, product] = usbIds.exec(device) ?? [];
  if (vendor !== undefined && product !== undefined) return findUsbLines(`${vendor}:${product}`, sysClass);
  return /[*?[{]/.test(device) ? takeSorted(device) : [device];
}

async function takeSorted(pattern: string): Promise<string[]> {
  const matches: string[] = [];
  for await (const match of glob(pattern)) {
    matches.push(match);
    if (matches.length === maxMatches) break;
  }
  return matches.sort();
}

async function findUsbLines(ids: string, sysClass: string): Promise<string[]> {
  const lines = await takeSorted(join(sysClass, 'tty{ACM,USB}*'));
  const found = await Promise.all(lines.map(async (line) => (await readUsbIds(line)) === ids.toLowerCase()));
  return lines.filter((_, at) => found[at]).map((line) => join('/dev', basename(line)));
}

/** From the line's interface up to its device: one folder for ttyACM, two for ttyUSB. */
const maxStepsUp = 3;

/** @returns undefined for a line that is no USB device, or that went away meanwhile. */
async function readUsbIds(line: string): Promise<string | undefined> {
  let folder = await realpath(join(line, 'device')).catch(() => '/');
  for (let step = 0; step <= maxStepsUp; step += 1) {
    const ids = await Promise.all(
      ['idVendor', 'idProduct'].map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
    );
    const [vendor = '', product = ''] = ids.map((id) => id.trim());
    if (vendor !== '') return `${vendor}:${product}`;
    folder = dirname(folder);
  }
  return undefined;
}

/** More of several matches than this are not tried in one go. */
const maxTries = 8;

/**
 * Opens the first of the matching devices that can be opened: of two equal scanners the one that another part of the
 * box does not hold.
 *
 * @throws Error with what is wrong with the first one, or that there is none.
 */
export async function openFirst<T>(device: string, open: (path: string) => Promise<T>): Promise<T> {
  let firstError: unknown;
  for (const path of (await findDevices(device)).slice(0, maxTries)) {
    try {
      return await open(path);
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError ?? new Error(`no device matches ${device}`);
}
