import { writeFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { detailOf, type LedOutputs } from './led-outputs.ts';

export interface LedClassOptions {
  /** Names in the kernel's list of LEDs, e.g. `{ green: 'box:green:status' }`. */
  leds: Partial<Record<LightColour, string>>;
  /** Default `/sys/class/leds`. */
  root?: string;
}

interface Led {
  colour: LightColour;
  brightnessFile: string;
  fullBrightness: string;
  triggerFile: string;
  /** What the kernel let it show before, e.g. `mmc0`; given back at the end. */
  formerTrigger: string;
}

/** LEDs that the kernel knows by name (Documentation/leds/leds-class.rst); the device tree says how they are wired. */
export function createLedClassOutputs({ leds: names, root = '/sys/class/leds' }: LedClassOptions): LedOutputs {
  const wired = lightColours.filter((colour) => names[colour] !== undefined);
  let leds: Led[] = [];

  const set = (lit: readonly LightColour[]): void => {
    for (const { colour, brightnessFile, fullBrightness } of leds) {
      writeFileSync(brightnessFile, lit.includes(colour) ? fullBrightness : '0');
    }
  };

  /** Dark, and back to what the kernel showed; one that is gone must not keep the others. */
  const letGo = async (): Promise<void> => {
    const held = leds;
    leds = [];
    for (const { brightnessFile, triggerFile, formerTrigger } of held) {
      await writeFile(brightnessFile, '0').catch(() => undefined);
      await writeFile(triggerFile, formerTrigger).catch(() => undefined);
    }
  };

  return {
    driver: 'leds',
    wired,
    async open() {
      leds = await Promise.all(wired.map((colour) => readLed(root, colour, names[colour] ?? '')));
      try {
        for (const { triggerFile } of leds) await writeFile(triggerFile, 'none');
        set([]);
      } catch (error) {
        await letGo();
        throw new ScanPayError('configuration', `cannot take the LEDs: ${detailOf(error)}`, { cause: error });
      }
      return `${wired.map((colour) => names[colour]).join(', ')} in ${root}`;
    },
    set,
    close: letGo,
  };
}

async function readLed(root: string, colour: LightColour, name: string): Promise<Led> {
  const known = await readdir(root).catch((): string[] => []);
  if (!known.includes(name)) {
    throw new ScanPayError(
      'configuration',
      `no LED ${JSON.stringify(name)} in ${root}; there are: ${known.join(', ') || 'none'}`,
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
