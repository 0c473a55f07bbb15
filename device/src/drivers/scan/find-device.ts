import { glob } from 'node:fs/promises';

/** More matches than this are not looked at. */
const maxMatches = 64;

/**
 * The device file to open: `device` itself, or the first match (by name) when it is a glob such as
 * `/dev/serial/by-id/usb-Honeywell*`. Undefined when nothing matches, e.g. while the scanner is unplugged.
 *
 * `SerialPort.list()` is not used: it throws past its promise on systems without `udevadm`.
 */
export async function findDevice(device: string): Promise<string | undefined> {
  if (!/[*?[{]/.test(device)) return device;
  const matches: string[] = [];
  for await (const match of glob(device)) {
    matches.push(match);
    if (matches.length === maxMatches) break;
  }
  return matches.sort()[0];
}
