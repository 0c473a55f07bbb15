import { glob } from 'node:fs/promises';

/** More matches than this are not looked at. */
const maxMatches = 64;

/**
 * The device files that can be meant: `device` itself, or the matches, by name, when it is a glob such as
 * `/dev/serial/by-id/usb-Honeywell*`. Empty when nothing matches, e.g. while the scanner is unplugged.
 *
 * `SerialPort.list()` is not used: it throws past its promise on systems without `udevadm`.
 */
export async function findDevices(device: string): Promise<string[]> {
  if (!/[*?[{]/.test(device)) return [device];
  const matches: string[] = [];
  for await (const match of glob(device)) {
    matches.push(match);
    if (matches.length === maxMatches) break;
  }
  return matches.sort();
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
