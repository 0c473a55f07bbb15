import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findGpioNumber, type GpioChip, readGpioChips } from './gpio-chips.ts';

const pi3: GpioChip[] = [{ label: 'pinctrl-bcm2835', base: 0, lineCount: 54 }];
const pi4: GpioChip[] = [
  { label: 'pinctrl-bcm2711', base: 512, lineCount: 58 },
  { label: 'raspberrypi-exp-gpio', base: 570, lineCount: 8 },
];
const pi5: GpioChip[] = [
  { label: 'gpio-brcmstb@107d508500', base: 512, lineCount: 32 },
  { label: 'pinctrl-rp1', base: 571, lineCount: 54 },
];

describe('readGpioChips', () => {
  it('reads label, base and size of every chip, by base, through the links sysfs makes of them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'scanpay-sysfs-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'gpio529'));
    for (const { label, base, lineCount } of [...pi5].reverse()) {
      const device = join(root, `device-${base}`);
      await mkdir(device);
      await writeFile(join(device, 'label'), `${label}\n`);
      await writeFile(join(device, 'base'), `${base}\n`);
      await writeFile(join(device, 'ngpio'), `${lineCount}\n`);
      await symlink(device, join(root, `gpiochip${base}`));
    }
    expect(await readGpioChips(root)).toEqual(pi5);
  });

  it('finds none where the kernel has no sysfs GPIO', async () => {
    expect(await readGpioChips('/sys/class/no-such-class')).toEqual([]);
  });
});

describe('findGpioNumber', () => {
  it.each([
    ['Raspberry Pi 3', pi3, 17],
    ['Raspberry Pi 4', pi4, 529],
    ['Raspberry Pi 5', pi5, 588],
    ['a board with one chip', [{ label: 'gpio-sim.0-node0', base: 996, lineCount: 28 }], 1013],
  ])('finds line 17 of %s without being told the chip', (_, chips, number) => {
    expect(findGpioNumber(chips, 17)).toBe(number);
  });

  it('takes the chip it is told', () => {
    expect(findGpioNumber(pi4, 2, 'raspberrypi-exp-gpio')).toBe(572);
  });

  it.each([
    ['an unknown label', pi4, 1, 'pinctrl-rp1', /no single GPIO chip "pinctrl-rp1"; there are: pinctrl-bcm2711 \(58/],
    ['no chip', [], 1, undefined, /the GPIO chip must be named; there are: none/],
    ['two that would do', [...pi3, ...pi4], 1, undefined, /the GPIO chip must be named/],
    ['two of one label', [...pi3, ...pi3], 1, 'pinctrl-bcm2835', /no single GPIO chip/],
    ['a line beyond the last', pi3, 54, undefined, /has no line 54/],
    ['a negative line', pi3, -1, undefined, /has no line -1/],
  ])('refuses %s, naming what there is', (_, chips, line, label, detail) => {
    expect(() => findGpioNumber(chips, line, label)).toThrow(
      expect.objectContaining({ code: 'configuration', detail: expect.stringMatching(detail) }),
    );
  });
});
