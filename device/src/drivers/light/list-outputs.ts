import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { LightColour } from '../../ports/light-patterns.ts';
import { createGpiosetOutputs } from './gpioset-light.ts';
import { createLedClassOutputs } from './led-class-light.ts';
import type { LedOutputs } from './led-outputs.ts';
import { createOnoffOutputs } from './onoff-light.ts';

type PerColour<T> = { [colour in LightColour]?: T };
interface GpioWiring {
  chip: string;
  lines: PerColour<number>;
  activeLow: boolean;
}

/** How the LEDs are wired, by the driver that is to light them. */
export type LightWiring =
  | ({ kind: 'auto'; leds: PerColour<string> } & GpioWiring)
  | ({ kind: 'onoff' } & GpioWiring)
  | ({ kind: 'gpioset' } & GpioWiring)
  | { kind: 'leds'; leds: PerColour<string> }
  | { kind: 'none' };

/** In the order in which they are tried: sysfs, for `onoff` needs no process; then the character device; then LEDs. */
export function listLedOutputs(config: LightWiring, scheduler: Scheduler): LedOutputs[] {
  switch (config.kind) {
    case 'auto':
      return [
        createOnoffOutputs(config),
        createGpiosetOutputs({ scheduler, ...config }),
        createLedClassOutputs({ leds: config.leds }),
      ];
    case 'onoff':
      return [createOnoffOutputs(config)];
    case 'gpioset':
      return [createGpiosetOutputs({ scheduler, ...config })];
    case 'leds':
      return [createLedClassOutputs({ leds: config.leds })];
    case 'none':
      return [];
  }
}
