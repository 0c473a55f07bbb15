import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { createLedClassOutputs } from './led-class-light.ts';
import { describeLedLight } from './light-contract.ts';

const ledName = (colour: LightColour): string => `box:${colour}:status`;

/** As the kernel shows them: LEDs of different depth, one of them blinking for the SD card. */
async function createLedTree(colours: readonly LightColour[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'scanpay-leds-'));
  for (const colour of colours) {
    const folder = join(root, ledName(colour));
    await mkdir(folder);
    await writeFile(join(folder, 'brightness'), '1\n');
    await writeFile(join(folder, 'max_brightness'), colour === 'red' ? '255\n' : '1\n');
    await writeFile(join(folder, 'trigger'), colour === 'green' ? 'none timer [mmc0]\n' : '[none] timer mmc0\n');
  }
  return root;
}

const readLedFile = async (root: string, colour: LightColour, file: string): Promise<string> =>
  (await readFile(join(root, ledName(colour), file), 'utf8')).trim();

describeLedLight('leds', async ({ wired }) => {
  const root = await createLedTree(wired);
  const leds = Object.fromEntries(wired.map((colour) => [colour, ledName(colour)]));
  return {
    outputs: createLedClassOutputs({ leds, root }),
    async lit() {
      const brightness = await Promise.all(wired.map((colour) => readLedFile(root, colour, 'brightness')));
      return wired.filter((_, index) => brightness[index] !== '0');
    },
    close: () => rm(root, { recursive: true }),
  };
});

describe('createLedClassOutputs', () => {
  it('lights to full, takes the LED from its trigger and gives it back', async () => {
    const root = await createLedTree(lightColours);
    onTestFinished(() => rm(root, { recursive: true }));
    const leds = { red: ledName('red'), green: ledName('green') };
    const outputs = createLedClassOutputs({ leds, root });
    expect(await outputs.open(() => undefined)).toBe(`box:red:status, box:green:status in ${root}`);
    outputs.set(['red', 'green']);
    expect(await readLedFile(root, 'red', 'brightness')).toBe('255');
    expect(await readLedFile(root, 'green', 'brightness')).toBe('1');
    expect(await readLedFile(root, 'green', 'trigger')).toBe('none');
    await outputs.close();
    expect(await readLedFile(root, 'red', 'brightness')).toBe('0');
    expect(await readLedFile(root, 'red', 'trigger')).toBe('none');
    expect(await readLedFile(root, 'green', 'trigger')).toBe('mmc0');
    expect(await readLedFile(root, 'blue', 'trigger')).toBe('[none] timer mmc0');
  });

  it.each(['box:violet:status', '..', 'box:red:status/../box:green:status', ''])(
    'refuses to start with %j',
    async (name) => {
      const root = await createLedTree(['red', 'green']);
      onTestFinished(() => rm(root, { recursive: true }));
      await expect(createLedClassOutputs({ root, leds: { red: name } }).open(() => undefined)).rejects.toMatchObject({
        code: 'configuration',
        detail: expect.stringMatching(/no LED .*there are: box:(red|green):status/),
      });
    },
  );
});
