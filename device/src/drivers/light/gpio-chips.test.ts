import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkLine, findChip, type GpioChip, parseGpiodetect, readSysfsChips } from './gpio-chips.ts';

const pi3: GpioChip[] = [{ name: 'gpiochip0', label: 'pinctrl-bcm2835', lineCount: 54 }];
const pi4: GpioChip[] = [
  { name: 'gpiochip0', label: 'pinctrl-bcm2711', lineCount: 58 },
  { name: 'gpiochip1', label: 'raspberrypi-exp-gpio', lineCount: 8 },
];
/** Two banks of one controller do not say which of its devices they are. */
const pi5 = [
  { name: undefined, label: 'gpio-brcmstb@107d508500', base: 512, lineCount: 32 },
  { name: undefined, label: 'gpio-brcmstb@107d508500', base: 544, lineCount: 4 },
  { name: 'gpiochip4', label: 'pinctrl-rp1', base: 571, lineCount: 54 },
];

describe('readSysfsChips', () => {
  it('reads label, base, size and device of every chip, by base, through the links sysfs makes of them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'scanpay-sysfs-'));
    onTestFinished(() => rm(root, { recursive: true }));
    await mkdir(join(root, 'gpio529'));
    for (const [index, { label, base, lineCount }] of [...pi5].reverse().entries()) {
      const parent = join(root, `controller-${label}`);
      const folder = join(root, `device-${base}`);
      await mkdir(join(parent, `gpiochip${4 - index}`), { recursive: true });
      await mkdir(folder);
      await symlink(parent, join(folder, 'device'));
      await writeFile(join(folder, 'label'), `${label}\n`);
      await writeFile(join(folder, 'base'), `${base}\n`);
      await writeFile(join(folder, 'ngpio'), `${lineCount}\n`);
      await symlink(folder, join(root, `gpiochip${base}`));
    }
    expect(await readSysfsChips(root)).toEqual(pi5);
  });

  it('finds none where the kernel has no sysfs GPIO', async () => {
    expect(await readSysfsChips('/sys/class/no-such-class')).toEqual([]);
  });
});

describe('parseGpiodetect', () => {
  it('reads the list of versions 1 and 2, and leaves out second names', async () => {
    const output = [
      'gpiochip0 [gpio-brcmstb@107d508500] (32 lines)',
      'gpiochip10 [pinctrl-rp1] (54 lines)',
      'gpiochip4 [pinctrl-rp1] (54 lines)',
      'gpiochip11 [one line] (1 line)',
      'something else',
    ].join('\n');
    const realpath = async (path: string) => (path === '/dev/gpiochip4' ? '/dev/gpiochip10' : path);
    expect(await parseGpiodetect(`${output}\n`, realpath)).toEqual([
      { name: 'gpiochip0', label: 'gpio-brcmstb@107d508500', lineCount: 32 },
      { name: 'gpiochip10', label: 'pinctrl-rp1', lineCount: 54 },
      { name: 'gpiochip11', label: 'one line', lineCount: 1 },
    ]);
  });
});

describe('findChip', () => {
  it.each([
    ['Raspberry Pi 3', pi3, 'pinctrl-bcm2835'],
    ['Raspberry Pi 4', pi4, 'pinctrl-bcm2711'],
    ['Raspberry Pi 5, where it is not chip 0', pi5, 'pinctrl-rp1'],
    ['a board with one chip', [{ name: 'gpiochip0', label: 'gpio-sim.0-node0', lineCount: 28 }], 'gpio-sim.0-node0'],
  ])('finds the header of %s without being told the chip', (_, chips, label) => {
    expect(findChip<GpioChip>(chips, 'auto').label).toBe(label);
  });

  it('takes the chip it is told, by label or by device', () => {
    expect(findChip(pi4, 'raspberrypi-exp-gpio')).toBe(pi4[1]);
    expect(findChip(pi4, 'gpiochip1')).toBe(pi4[1]);
  });

  it.each([
    ['an unknown label', pi4, 'pinctrl-rp1', /no single GPIO chip "pinctrl-rp1"; .*gpiochip0 \[pinctrl-bcm2711\] \(58/],
    ['no chip', [], 'auto', /the GPIO chip must be named; there are: none/],
    ['two that would do', [...pi3, ...pi4], 'auto', /the GPIO chip must be named/],
    ['two of one label', [...pi3, ...pi3], 'pinctrl-bcm2835', /no single GPIO chip/],
    ['an option', pi4, '--daemonize', /no single GPIO chip "--daemonize"/],
  ])('refuses %s, naming what there is', (_, chips, wanted, detail) => {
    expect(() => findChip(chips, wanted)).toThrow(
      expect.objectContaining({ code: 'configuration', detail: expect.stringMatching(detail) }),
    );
  });
});

describe('checkLine', () => {
  it.each([54, -1, 1.5])('refuses line %d, saying how many there are', (line) => {
    expect(() => checkLine(pi3[0]!, line)).toThrow(/pinctrl-bcm2835 has no line .*: it has 54/);
  });
});
