import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { describeLedLight } from './light-contract.ts';
import { createOnoffOutputs, type GpioConstructor, loadOnoff } from './onoff-light.ts';

const lines: Record<LightColour, number> = { red: 17, green: 27, blue: 22 };
const base = 512;

async function createSysfs(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'scanpay-sysfs-'));
  const chip = join(root, `gpiochip${base}`);
  await mkdir(chip);
  await writeFile(join(chip, 'label'), 'pinctrl-bcm2711\n');
  await writeFile(join(chip, 'base'), `${base}\n`);
  await writeFile(join(chip, 'ngpio'), '58\n');
  return root;
}

/** onoff's `Gpio` over lines in memory: `levels` is what the kernel drives. */
function createFakeGpio(refuse?: { number: number; message: string }) {
  const levels = new Map<number, 0 | 1>();
  const FakeGpio = function (this: object, number: number, direction: 'low' | 'high', options: { activeLow: boolean }) {
    if (number === refuse?.number) throw new Error(refuse.message);
    if (levels.has(number)) throw new Error(`line ${number} is exported already`);
    levels.set(number, direction === 'high' ? 1 : 0);
    Object.assign(this, {
      writeSync: (value: 0 | 1) => levels.set(number, options.activeLow === (value === 1) ? 0 : 1),
      unexport: () => levels.delete(number),
    });
  } as unknown as GpioConstructor;
  return { levels, FakeGpio };
}

describe.each([
  ['active high', false],
  ['active low', true],
])('%s', (_, activeLow) => {
  describeLedLight('onoff', async ({ wired }) => {
    const root = await createSysfs();
    const { levels, FakeGpio } = createFakeGpio();
    return {
      outputs: createOnoffOutputs({
        chip: 'auto',
        root,
        activeLow,
        lines: Object.fromEntries(wired.map((colour) => [colour, lines[colour]])),
        loadGpio: async () => FakeGpio,
      }),
      lit: () => lightColours.filter((colour) => levels.get(base + lines[colour]) === (activeLow ? 0 : 1)),
      close: () => rm(root, { recursive: true }),
    };
  });
});

describe('createOnoffOutputs', () => {
  const open = async (options: Partial<Parameters<typeof createOnoffOutputs>[0]>) => {
    const root = await createSysfs();
    onTestFinished(() => rm(root, { recursive: true }));
    return createOnoffOutputs({ chip: 'auto', lines, activeLow: false, root, ...options }).open(() => undefined);
  };

  it('says what it took', async () => {
    const { FakeGpio } = createFakeGpio();
    expect(await open({ loadGpio: async () => FakeGpio })).toBe(
      'lines 17, 27, 22 of pinctrl-bcm2711, numbered from 512',
    );
  });

  it('lets go of every line when one cannot be taken', async () => {
    const { levels, FakeGpio } = createFakeGpio({
      number: base + lines.blue,
      message: 'EBUSY: device or resource busy',
    });
    await expect(open({ loadGpio: async () => FakeGpio })).rejects.toMatchObject({
      code: 'configuration',
      detail: 'cannot take the GPIO lines: EBUSY: device or resource busy',
    });
    expect(levels.size).toBe(0);
  });

  it('says that the kernel has no sysfs GPIO', async () => {
    await expect(open({ root: '/sys/class/no-such-class' })).rejects.toMatchObject({
      code: 'configuration',
      detail: 'no GPIO chip in /sys/class/no-such-class: this kernel has no sysfs GPIO',
    });
  });

  it('says that the native part of onoff is missing', async () => {
    const missing = new Error('Could not locate the bindings file. Tried: → build/Release/epoll.node');
    await expect(open({ loadGpio: () => loadOnoff(() => Promise.reject(missing)) })).rejects.toMatchObject({
      code: 'configuration',
      detail: expect.stringContaining('npm rebuild epoll'),
      cause: missing,
    });
  });

  it('drives the real onoff as far as this machine goes', async (context) => {
    if (existsSync('/sys/class/gpio/export')) context.skip('this machine has GPIO lines: not touching them');
    // Either its native part is missing, or it finds no lines to export; both end as one kind of error.
    await expect(open({})).rejects.toMatchObject({
      code: 'configuration',
      detail: expect.stringMatching(/npm rebuild epoll|cannot take the GPIO lines: ENOENT.*\/sys\/class\/gpio\/export/),
    });
  });
});
