import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';

/** One GPIO controller. */
export interface GpioChip {
  /** Of its character device, e.g. `gpiochip0`; not the same from boot to boot. Undefined where it cannot be told. */
  name: string | undefined;
  /** E.g. `pinctrl-bcm2711`. */
  label: string;
  lineCount: number;
}

/** As the kernel's sysfs interface shows it. */
export interface SysfsGpioChip extends GpioChip {
  /** Number of its first line among all lines: 0, 512, 571 … by kernel and board. */
  base: number;
}

/** Reads `gpiochip*` below `root` (`/sys/class/gpio`). Empty where the kernel has no sysfs GPIO. */
export async function readSysfsChips(root: string): Promise<SysfsGpioChip[]> {
  const names = await readdir(root).catch((): string[] => []);
  const chips = await Promise.all(names.filter(isChipName).map((name) => readSysfsChip(join(root, name))));
  return chips.sort((a, b) => a.base - b.base);
}

const isChipName = (name: string): boolean => /^gpiochip\d{1,4}$/.test(name);

async function readSysfsChip(folder: string): Promise<SysfsGpioChip> {
  const read = async (file: string): Promise<string> => (await readFile(join(folder, file), 'utf8')).trim();
  const siblings = (await readdir(join(folder, 'device')).catch((): string[] => [])).filter(isChipName);
  return {
    // A controller with several banks does not say which of its character devices this one is.
    name: siblings.length === 1 ? siblings[0] : undefined,
    label: await read('label'),
    base: Number(await read('base')),
    lineCount: Number(await read('ngpio')),
  };
}

/**
 * The chips with a character device, by libgpiod's `gpiodetect`: `gpiochip0 [pinctrl-rp1] (54 lines)`, in versions 1
 * and 2 alike. A second name for a chip (`/dev/gpiochip4` on a Raspberry Pi 5) is left out.
 */
export async function parseGpiodetect(
  output: string,
  realpath: (path: string) => Promise<string>,
): Promise<GpioChip[]> {
  const chips = new Map<string, GpioChip>();
  for (const [, name = '', label = '', lineCount] of output.matchAll(
    /^(gpiochip\d{1,4}) \[(.*)\] \((\d+) lines?\)$/gm,
  )) {
    const path = await realpath(`/dev/${name}`).catch(() => `/dev/${name}`);
    if (!chips.has(path)) chips.set(path, { name, label, lineCount: Number(lineCount) });
  }
  return [...chips.values()];
}

/**
 * The chip that is meant. `auto`: the only chip, or the only one that is a processor's own pins (`pinctrl-…`), which is
 * the header of a Raspberry Pi: `pinctrl-rp1` on a Pi 5, whose number differs by kernel. Otherwise a label, or the name
 * of a character device.
 *
 * @throws ScanPayError `configuration` when no chip, or more than one, fits.
 */
export function findChip<Chip extends GpioChip>(chips: readonly Chip[], wanted: string): Chip {
  const [chip, ...others] = candidates(chips, wanted);
  if (chip !== undefined && others.length === 0) return chip;
  const known = chips.map((each) => `${each.name ?? '?'} [${each.label}] (${each.lineCount} lines)`).join(', ');
  const problem = wanted === 'auto' ? 'the GPIO chip must be named' : `no single GPIO chip ${JSON.stringify(wanted)}`;
  throw new ScanPayError('configuration', `${problem}; there are: ${known || 'none'}`);
}

function candidates<Chip extends GpioChip>(chips: readonly Chip[], wanted: string): readonly Chip[] {
  if (wanted !== 'auto') return chips.filter(({ name, label }) => name === wanted || label === wanted);
  const ownPins = chips.filter(({ label }) => label.startsWith('pinctrl-'));
  return ownPins.length > 0 ? ownPins : chips;
}

/** @throws ScanPayError `configuration` when the chip has no such line. */
export function checkLine({ label, lineCount }: GpioChip, line: number): number {
  if (Number.isInteger(line) && line >= 0 && line < lineCount) return line;
  throw new ScanPayError('configuration', `GPIO chip ${label} has no line ${line}: it has ${lineCount}`);
}
