import type { Scheduler } from '@scanpay/shared/clock.ts';
import { createGpiosetOutputs, type GpiosetOptions } from './gpioset-light.ts';
import { createLedClassOutputs, type LedClassOptions } from './led-class-light.ts';
import type { LedOutputs } from './led-outputs.ts';
import { createOnoffOutputs } from './onoff-light.ts';

type Gpio = Pick<GpiosetOptions, 'chip' | 'lines' | 'activeLow'>;
type Leds = Pick<LedClassOptions, 'leds'>;

/** Which LEDs there are, and who is to drive them. */
export type LightChoice =
  | ({ kind: 'auto' } & Gpio & Leds)
  | ({ kind: 'onoff' | 'gpioset' } & Gpio)
  | ({ kind: 'leds' } & Leds)
  | { kind: 'none' };

/** In the order in which they are tried: sysfs, for `onoff` needs no process; then the character device; then LEDs. */
export function listLedOutputs(choice: LightChoice, scheduler: Scheduler): LedOutputs[] {
  switch (choice.kind) {
    case 'auto':
      return [
        createOnoffOutputs(choice),
        createGpiosetOutputs({ scheduler, ...choice }),
        createLedClassOutputs({ leds: choice.leds }),
      ];
    case 'onoff':
      return [createOnoffOutputs(choice)];
    case 'gpioset':
      return [createGpiosetOutputs({ scheduler, ...choice })];
    case 'leds':
      return [createLedClassOutputs({ leds: choice.leds })];
    case 'none':
      return [];
  }
}
