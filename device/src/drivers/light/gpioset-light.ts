import type { Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Light, LightFaultListener } from '../../ports/light.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { createGpiosetHolder, type GpiosetHolder } from './gpioset-holder.ts';
import { detectGpioset, type LineValues, tryGpioset } from './gpioset-tool.ts';
import { createPatternLight, type LedOutputs } from './pattern-light.ts';

export interface GpiosetLightOptions {
  scheduler: Scheduler;
  onFault: LightFaultListener;
  /** `gpiochip0` or `/dev/gpiochip0`. */
  chip: string;
  /** Line of each LED on the chip. */
  lines: Partial<Record<LightColour, number>>;
  /** The LEDs light when their line is low. */
  activeLow?: boolean;
  /** Default `gpioset`, found on `$PATH`. */
  command?: string;
}

/** LEDs on GPIO lines through the character device, with libgpiod's `gpioset`: for kernels without sysfs GPIO. */
export function createGpiosetLight(options: GpiosetLightOptions): Light {
  const { scheduler, onFault } = options;
  return createPatternLight({ scheduler, onFault, outputs: createGpiosetOutputs(options) });
}

function createGpiosetOutputs(options: GpiosetLightOptions): LedOutputs {
  const { scheduler, onFault, chip, lines, activeLow = false, command = 'gpioset' } = options;
  const wired = lightColours.filter((colour) => lines[colour] !== undefined);
  let holder: GpiosetHolder | undefined;

  const valuesFor = (lit: readonly LightColour[]): LineValues =>
    new Map(wired.map((colour) => [lines[colour] ?? -1, lit.includes(colour) ? 1 : 0]));

  return {
    wired,
    async open() {
      checkNames(chip, Object.values(lines));
      const mode = await detectGpioset(command);
      await tryGpioset(command, mode, { chip, activeLow }, valuesFor([]));
      holder = createGpiosetHolder({ scheduler, onFault, command, mode, lines: { chip, activeLow } });
      holder.want(valuesFor([]));
    },
    set: (lit) => holder?.want(valuesFor(lit)),
    async close() {
      holder?.want(valuesFor([]));
      await holder?.close();
      holder = undefined;
    },
  };
}

/** Nothing that `gpioset` could take for an option. */
function checkNames(chip: string, lines: readonly number[]): void {
  if (!/^(\/dev\/)?gpiochip\d{1,4}$/.test(chip)) {
    throw new ScanPayError('configuration', `not a GPIO chip: ${JSON.stringify(chip)}`);
  }
  const bad = lines.find((line) => !Number.isInteger(line) || line < 0);
  if (bad !== undefined || lines.length === 0) throw new ScanPayError('configuration', `not a GPIO line: ${bad}`);
}
