import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';

/** One GPIO controller as the kernel's sysfs interface shows it. */
export interface GpioChip {
  /** E.g. `pinctrl-bcm2711`. */
  label: string;
  /** Number of its first line among all lines: 0, 512, 571 … by kernel and board. */
  base: number;
  lineCount: number;
}

/** Reads `gpiochip*` below `root` (`/sys/class/gpio`). Empty where the kernel has no sysfs GPIO. */
export async function readGpioChips(root: string): Promise<GpioChip[]> {
  const names = await readdir(root).catch((): string[] => []);
  const chips = await Promise.all(
    names
      .filter((name) => /^gpiochip\d+$/.test(name))
      .map(async (name): Promise<GpioChip> => {
        const read = async (file: string): Promise<string> => (await readFile(join(root, name, file), 'utf8')).trim();
        return { label: await read('label'), base: Number(await read('base')), lineCount: Number(await read('ngpio')) };
      }),
  );
  return chips.sort((a, b) => a.base - b.base);
}

/**
 * The number under which sysfs knows a line of a chip. Without a label: the only chip, or the only one that is a
 * processor's own pins (`pinctrl-…`), which is the header of a Raspberry Pi.
 *
 * @throws ScanPayError `configuration` when no chip, or more than one, fits, or the chip has no such line.
 */
export function findGpioNumber(chips: readonly GpioChip[], line: number, label?: string): number {
  const [chip, ...others] = candidates(chips, label);
  const known = chips.map((each) => `${each.label} (${each.lineCount} lines from ${each.base})`).join(', ') || 'none';
  if (chip === undefined || others.length > 0) {
    const wanted = label === undefined ? 'the GPIO chip must be named' : `no single GPIO chip ${JSON.stringify(label)}`;
    throw new ScanPayError('configuration', `${wanted}; there are: ${known}`);
  }
  if (!Number.isInteger(line) || line < 0 || line >= chip.lineCount) {
    throw new ScanPayError('configuration', `GPIO chip ${chip.label} has no line ${line}; there are: ${known}`);
  }
  return chip.base + line;
}

function candidates(chips: readonly GpioChip[], label: string | undefined): readonly GpioChip[] {
  if (label !== undefined) return chips.filter((chip) => chip.label === label);
  const ownPins = chips.filter((chip) => chip.label.startsWith('pinctrl-'));
  return ownPins.length > 0 ? ownPins : chips;
}
