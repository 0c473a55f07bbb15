import { writeFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Light, LightFaultListener } from '../../ports/light.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { createPatternLight, type LedOutputs } from './pattern-light.ts';

export interface LedClassLightOptions {
  scheduler: Scheduler;
  onFault: LightFaultListener;
  /** Names in the kernel's list of LEDs, e.g. `{ green: 'box:green:status' }`. */
  leds: Partial<Record<LightColour, string>>;
  /** Default `/sys/class/leds`. */
  root?: string;
}

/** LEDs that the kernel knows by name (Documentation/leds/leds-class.rst); the device tree says how they are wired. */
export function createLedClassLight({ scheduler, onFault, leds, root }: LedClassLightOptions): Light {
  return createPatternLight({ scheduler, onFault, outputs: createLedClassOutputs(leds, root ?? '/sys/class/leds') });
}

interface Led {
  colour: LightColour;
  brightnessFile: string;
  fullBrightness: string;
  triggerFile: string;
  /** What the kernel let it show before, e.g. `mmc0`; given back at the end. */
  formerTrigger: string;
}

function createLedClassOutputs(names: LedClassLightOptions['leds'], root: string): LedOutputs {
  const wired = lightColours.filter((colour) => names[colour] !== undefined);
  let leds: Led[] = [];

  const set = (lit: readonly LightColour[]): void => {
    for (const { colour, brightnessFile, fullBrightness } of leds) {
      writeFileSync(brightnessFile, lit.includes(colour) ? fullBrightness : '0');
    }
  };

  return {
    wired,
    async open() {
      leds = await Promise.all(wired.map((colour) => readLed(root, colour, names[colour] ?? '')));
      for (const { triggerFile } of leds) await writeFile(triggerFile, 'none');
      set([]);
    },
    set,
    async close() {
      set([]);
      for (const { triggerFile, formerTrigger } of leds) await writeFile(triggerFile, formerTrigger);
      leds = [];
    },
  };
}

async function readLed(root: string, colour: LightColour, name: string): Promise<Led> {
  const known = await readdir(root).catch((): string[] => []);
  if (!known.includes(name)) {
    throw new ScanPayError(
      'configuration',
      `no LED ${JSON.stringify(name)} in ${root}; there are: ${known.join(', ')}`,
    );
  }
  const read = async (file: string): Promise<string> => (await readFile(join(root, name, file), 'utf8')).trim();
  const triggers = await read('trigger');
  return {
    colour,
    brightnessFile: join(root, name, 'brightness'),
    fullBrightness: await read('max_brightness'),
    triggerFile: join(root, name, 'trigger'),
    // The file lists all of them, the chosen one in brackets.
    formerTrigger: /\[([^\]]+)\]/.exec(triggers)?.[1] ?? 'none',
  };
}
