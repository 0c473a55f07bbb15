import type { Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Light, LightFaultListener } from '../../ports/light.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { findGpioNumber, readGpioChips } from './gpio-chips.ts';
import { createPatternLight, type LedOutputs } from './pattern-light.ts';

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

export interface OnoffLightOptions {
  scheduler: Scheduler;
  onFault: LightFaultListener;
  /** Line of each LED on its chip, e.g. BCM numbers on a Raspberry Pi. */
  lines: Partial<Record<LightColour, number>>;
  /** Label of the GPIO chip; only needed where several would do. */
  chipLabel?: string;
  /** The LEDs light when their line is low. */
  activeLow?: boolean;
  /** Default `/sys/class/gpio`. */
  root?: string;
  /** Default: `onoff`, loaded when the light starts. */
  loadGpio?: () => Promise<GpioConstructor>;
}

/** LEDs on GPIO lines through sysfs, with `onoff`. */
export function createOnoffLight(options: OnoffLightOptions): Light {
  const { scheduler, onFault } = options;
  return createPatternLight({ scheduler, onFault, outputs: createOnoffOutputs(options) });
}

function createOnoffOutputs(options: OnoffLightOptions): LedOutputs {
  const { lines, chipLabel, activeLow = false, root = '/sys/class/gpio' } = options;
  const loadGpio = options.loadGpio ?? (() => loadOnoff(() => import('onoff')));
  const wired = lightColours.filter((colour) => lines[colour] !== undefined);
  const taken = new Map<LightColour, GpioLine>();

  const letGo = (): void => {
    for (const line of taken.values()) line.unexport();
    taken.clear();
  };

  return {
    wired,
    async open() {
      const chips = await readGpioChips(root);
      if (chips.length === 0) {
        throw new ScanPayError('configuration', `no GPIO chip in ${root}: this kernel has no sysfs GPIO`);
      }
      const numbers = wired.map((colour) => findGpioNumber(chips, lines[colour] ?? -1, chipLabel));
      const Gpio = await loadGpio();
      try {
        for (const [index, colour] of wired.entries()) {
          // The direction sets the level itself, not what it stands for: dark from the first moment.
          taken.set(colour, new Gpio(numbers[index] ?? -1, activeLow ? 'high' : 'low', { activeLow }));
        }
      } catch (error) {
        letGo();
        throw new ScanPayError('configuration', `cannot take the GPIO lines: ${(error as Error).message}`, {
          cause: error,
        });
      }
    },
    set(lit) {
      for (const [colour, line] of taken) line.writeSync(lit.includes(colour) ? 1 : 0);
    },
    async close() {
      for (const line of taken.values()) line.writeSync(0);
      letGo();
    },
  };
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
