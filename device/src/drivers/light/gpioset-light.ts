import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { checkLine, findChip, parseGpiodetect } from './gpio-chips.ts';
import { createGpiosetHolder, type GpiosetHolder } from './gpioset-holder.ts';
import { detectGpioset, type LineValues, runTool, tryGpioset } from './gpioset-tool.ts';
import type { LedOutputs } from './led-outputs.ts';

export interface GpiosetOptions {
  scheduler: Scheduler;
  /** As `findChip` takes it. */
  chip: string;
  /** Line of each LED on the chip. */
  lines: Partial<Record<LightColour, number>>;
  /** The LEDs light when their line is low. */
  activeLow: boolean;
  /** Default `gpioset`, found on `$PATH`; its `gpiodetect` lies beside it. */
  command?: string;
}

/** LEDs on GPIO lines through the character device, with libgpiod's `gpioset`: for kernels without sysfs GPIO. */
export function createGpiosetOutputs(options: GpiosetOptions): LedOutputs {
  const { scheduler, lines, activeLow, command = 'gpioset' } = options;
  const wired = lightColours.filter((colour) => lines[colour] !== undefined);
  let holder: GpiosetHolder | undefined;

  const valuesFor = (lit: readonly LightColour[]): LineValues =>
    new Map(wired.map((colour) => [lines[colour] ?? -1, lit.includes(colour) ? 1 : 0]));

  return {
    driver: 'gpioset',
    wired,
    async open(onLost) {
      const { mode, version } = await detectGpioset(command);
      const gpiodetect = command.includes('/') ? join(dirname(command), 'gpiodetect') : 'gpiodetect';
      const found = findChip(await parseGpiodetect(await runTool(gpiodetect), realpath), options.chip);
      const offsets = wired.map((colour) => checkLine(found, lines[colour] ?? -1));
      const chip = found.name;
      if (chip === undefined) throw new ScanPayError('configuration', `GPIO chip ${found.label} has no device file`);
      await tryGpioset(command, mode, { chip, activeLow }, valuesFor([]));
      holder = createGpiosetHolder({ scheduler, onLost, command, mode, lines: { chip, activeLow } });
      holder.want(valuesFor([]));
      return `lines ${offsets.join(', ')} of ${chip} (${found.label}), by ${version}`;
    },
    set: (lit) => holder?.want(valuesFor(lit)),
    async close() {
      const held = holder;
      holder = undefined;
      held?.want(valuesFor([]));
      await held?.close();
    },
  };
}
