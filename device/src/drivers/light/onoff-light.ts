import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { checkLine, findChip, readSysfsChips } from './gpio-chips.ts';
import { detailOf, type LedOutputs } from './led-outputs.ts';

/** The part of onoff's `Gpio` used here. */
export interface GpioLine {
  writeSync(value: 0 | 1): void;
  unexport(): void;
}

export type GpioConstructor = new (
  number: number,
  direction: 'low' | 'high',
  options: { activeLow: boolean },
) => GpioLine;

export interface OnoffOptions {
  /** Line of each LED on its chip, e.g. BCM numbers on a Raspberry Pi. */
  lines: Partial<Record<LightColour, number>>;
  /** As `findChip` takes it. */
  chip: string;
  /** The LEDs light when their line is low. */
  activeLow: boolean;
  /** Default `/sys/class/gpio`. */
  root?: string;
  /** Default: `onoff`, loaded when the light starts. */
  loadGpio?: () => Promise<GpioConstructor>;
}

/** LEDs on GPIO lines through sysfs, with `onoff`. */
export function createOnoffOutputs(options: OnoffOptions): LedOutputs {
  const { lines, activeLow, root = '/sys/class/gpio' } = options;
  const loadGpio = options.loadGpio ?? (() => loadOnoff(() => import('onoff')));
  const wired = lightColours.filter((colour) => lines[colour] !== undefined);
  const taken = new Map<LightColour, GpioLine>();

  /** Each by itself: one that is gone with its chip must not keep the others. */
  const letGo = (): void => {
    for (const line of taken.values()) {
      attempt(() => line.writeSync(0));
      attempt(() => line.unexport());
    }
    taken.clear();
  };

  return {
    driver: 'onoff',
    wired,
    async open() {
      const chips = await readSysfsChips(root);
      if (chips.length === 0) {
        throw new ScanPayError('configuration', `no GPIO chip in ${root}: this kernel has no sysfs GPIO`);
      }
      // Anew at every try: a chip that was gone and came back may have another base.
      const chip = findChip(chips, options.chip);
      const offsets = wired.map((colour) => checkLine(chip, lines[colour] ?? -1));
      const Gpio = await loadGpio();
      try {
        for (const [index, colour] of wired.entries()) {
          // The direction sets the level itself, not what it stands for: dark from the first moment.
          const number = chip.base + (offsets[index] ?? -1);
          taken.set(colour, new Gpio(number, activeLow ? 'high' : 'low', { activeLow }));
        }
      } catch (error) {
        letGo();
        throw new ScanPayError('configuration', `cannot take the GPIO lines: ${detailOf(error)}`, { cause: error });
      }
      return `lines ${offsets.join(', ')} of ${chip.label}, numbered from ${chip.base}`;
    },
    set(lit) {
      for (const [colour, line] of taken) line.writeSync(lit.includes(colour) ? 1 : 0);
    },
    async close() {
      letGo();
    },
  };
}

function attempt(task: () => void): void {
  try {
    task();
  } catch {
    // Nothing is left to be done about a line that does not answer.
  }
}

/** @throws ScanPayError `configuration` when the native part of `onoff` is not built. */
export async function loadOnoff(importOnoff: () => Promise<{ Gpio: unknown }>): Promise<GpioConstructor> {
  try {
    const { Gpio } = await importOnoff();
    return Gpio as GpioConstructor;
  } catch (error) {
    const detail = "the 'onoff' light needs the native part of 'epoll', which is not built here (npm rebuild epoll)";
    throw new ScanPayError('configuration', detail, { cause: error });
  }
}
