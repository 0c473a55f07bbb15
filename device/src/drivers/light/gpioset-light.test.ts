import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { createFakeGpioset, type FakeGpiosetVersion } from '../../testing/fake-gpioset.ts';
import { createGpiosetLight } from './gpioset-light.ts';
import { describeLedLight } from './light-contract.ts';

const lines: Record<LightColour, number> = { red: 17, green: 27, blue: 22 };
const versions: [string, FakeGpiosetVersion, boolean][] = [
  ['gpioset 1', '1', false],
  ['gpioset 1, active low', '1', true],
  ['gpioset 2', '2', false],
  ['gpioset 2, active low', '2', true],
  ['gpioset 2 without its command line', '2-plain', false],
];

for (const [name, version, activeLow] of versions) {
  describeLedLight(name, async ({ scheduler, wired, onFault }) => {
    const gpioset = await createFakeGpioset(version);
    return {
      light: createGpiosetLight({
        scheduler,
        onFault,
        command: gpioset.command,
        chip: 'gpiochip0',
        activeLow,
        lines: Object.fromEntries(wired.map((colour) => [colour, lines[colour]])),
      }),
      async lit() {
        const levels = await gpioset.levels();
        return lightColours.filter((colour) => levels[lines[colour]] === (activeLow ? 0 : 1));
      },
      close: () => gpioset.remove(),
    };
  });
}

async function openBench(version: FakeGpiosetVersion, options: { chip?: string; command?: string; red?: number } = {}) {
  const gpioset = await createFakeGpioset(version);
  const scheduler = createVirtualScheduler();
  const faults: string[] = [];
  const light = createGpiosetLight({
    scheduler,
    onFault: (detail) => faults.push(detail),
    command: options.command ?? gpioset.command,
    chip: options.chip ?? 'gpiochip0',
    lines: { ...lines, red: options.red ?? lines.red },
  });
  onTestFinished(async () => {
    await light.stop();
    await gpioset.remove();
  });
  const expectLevels = (levels: Record<string, 0 | 1>): Promise<void> =>
    vi.waitFor(async () => expect(await gpioset.levels()).toEqual(levels), { timeout: 5000 });
  return { gpioset, scheduler, faults, light, expectLevels };
}

const greenOnly = { 17: 0, 27: 1, 22: 0 } as const;
const redOnly = { 17: 1, 27: 0, 22: 0 } as const;

describe('createGpiosetLight', () => {
  it('needs one process for all changes where gpioset has a command line', async () => {
    const { gpioset, light, expectLevels } = await openBench('2');
    await light.start();
    light.show('ready');
    await expectLevels(greenOnly);
    light.show('declined');
    await expectLevels(redOnly);
    // One tried whether it can be done at all; the other is still there.
    expect(await gpioset.pids()).toHaveLength(2);
  });

  it.each(['1', '2'] as const)(
    'takes the lines again when gpioset %s dies, tells once, and tries ever less often',
    async (version) => {
      const { gpioset, scheduler, light, faults, expectLevels } = await openBench(version);
      await light.start();
      light.show('ready');
      await expectLevels(greenOnly);
      await gpioset.breakWith('Device or resource busy');
      process.kill((await gpioset.pids()).at(-1) ?? 0, 'SIGTERM');
      for (const retryMs of [500, 1000, 2000]) {
        await vi.waitFor(() => expect(scheduler.pendingCount()).toBe(1), { timeout: 5000 });
        scheduler.advance(retryMs - 1);
        expect(scheduler.pendingCount()).toBe(1);
        scheduler.advance(1);
      }
      await vi.waitFor(() => expect(scheduler.pendingCount()).toBe(1), { timeout: 5000 });
      expect(faults).toEqual(['gpioset ended with 0']);
      await gpioset.breakWith(undefined);
      scheduler.advance(4000);
      await expectLevels(greenOnly);
    },
  );

  it.each([
    ['lines that cannot be taken', '2', {}, 'Permission denied', /Permission denied/],
    ['lines that version 1 cannot take', '1', {}, 'Permission denied', /Permission denied/],
    ['a chip that is not there', '2', { chip: 'gpiochip7' }, undefined, /unable to open chip gpiochip7/],
    ['a chip that is an option', '2', { chip: '--daemonize' }, undefined, /not a GPIO chip: "--daemonize"/],
    ['a chip with a command', '1', { chip: 'gpiochip0; reboot' }, undefined, /not a GPIO chip/],
    ['a line that is none', '1', { red: -17 }, undefined, /not a GPIO line: -17/],
    ['no gpioset', '2', { command: '/no/such/gpioset' }, undefined, /\/no\/such\/gpioset/],
    ['another program', '2', { command: process.execPath }, undefined, /libgpiod 1 or 2 is needed; there is: v24/],
  ] as const)('refuses to start with %s', async (_, version, options, broken, detail) => {
    const { gpioset, light, scheduler } = await openBench(version, options);
    if (broken !== undefined) await gpioset.breakWith(broken);
    await expect(light.start()).rejects.toMatchObject({
      code: 'configuration',
      detail: expect.stringMatching(detail),
    });
    expect(scheduler.pendingCount()).toBe(0);
  });
});
