import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LightState } from '../../ports/light.ts';
import { type LightColour, lightColours } from '../../ports/light-patterns.ts';
import { createFakeGpioset, type FakeGpiosetVersion } from '../../testing/fake-gpioset.ts';
import { createGpiosetOutputs } from './gpioset-light.ts';
import { describeLedLight } from './light-contract.ts';
import { createPatternLight } from './pattern-light.ts';

const lines: Record<LightColour, number> = { red: 17, green: 27, blue: 22 };
const versions: [string, FakeGpiosetVersion, boolean][] = [
  ['gpioset 1', '1', false],
  ['gpioset 1, active low', '1', true],
  ['gpioset 2', '2', false],
  ['gpioset 2, active low', '2', true],
  ['gpioset 2 without its command line', '2-plain', false],
];

for (const [name, version, activeLow] of versions) {
  describeLedLight(name, async ({ scheduler, wired }) => {
    const gpioset = await createFakeGpioset(version);
    return {
      outputs: createGpiosetOutputs({
        scheduler,
        command: gpioset.command,
        chip: 'auto',
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
  const states: LightState[] = [];
  const outputs = createGpiosetOutputs({
    scheduler,
    command: options.command ?? gpioset.command,
    chip: options.chip ?? 'auto',
    activeLow: false,
    lines: { ...lines, red: options.red ?? lines.red },
  });
  const light = createPatternLight({ scheduler, candidates: [outputs], onState: (state) => states.push(state) });
  onTestFinished(async () => {
    await light.stop();
    await gpioset.remove();
  });
  const expectLevels = (levels: Record<string, 0 | 1>): Promise<void> =>
    until(async () => expect(await gpioset.levels()).toEqual(levels));
  return { gpioset, scheduler, states, outputs, light, expectLevels };
}

const greenOnly = { 17: 0, 27: 1, 22: 0 } as const;
const redOnly = { 17: 1, 27: 0, 22: 0 } as const;

describe('createGpiosetOutputs', () => {
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

  it.each([
    ['auto', '1', 'lines 17, 27, 22 of gpiochip4 (pinctrl-rp1), by gpioset (libgpiod) v1.6.3'],
    ['pinctrl-rp1', '2', 'lines 17, 27, 22 of gpiochip4 (pinctrl-rp1), by gpioset (libgpiod) v2.2.1'],
    ['gpiochip4', '2-plain', 'lines 17, 27, 22 of gpiochip4 (pinctrl-rp1), by gpioset (libgpiod) v2.2.1'],
  ] as const)('finds the chip by %s and says what it took', async (chip, version, detail) => {
    const { outputs } = await openBench(version, { chip });
    onTestFinished(() => outputs.close());
    expect(await outputs.open(() => undefined)).toBe(detail);
  });

  it.each(['1', '2'] as const)('takes the lines again when gpioset %s dies', async (version) => {
    const { gpioset, scheduler, light, states, expectLevels } = await openBench(version);
    await light.start();
    light.show('ready');
    await expectLevels(greenOnly);
    await gpioset.breakWith('Device or resource busy');
    process.kill((await gpioset.pids()).at(-1) ?? 0, 'SIGKILL');
    await until(() => expect(states.at(-1)).toMatchObject({ kind: 'fault', driver: 'gpioset' }));
    expect(states.at(-1)?.detail).toBe('gpioset ended with SIGKILL');
    scheduler.advance(500);
    await until(() => expect(states.at(-1)).toMatchObject({ kind: 'fault', driver: 'none' }));
    expect(states.at(-1)?.detail).toMatch(/Device or resource busy/);
    await gpioset.breakWith(undefined);
    scheduler.advance(1000);
    await until(() => expect(states.at(-1)).toMatchObject({ kind: 'ready' }));
    await expectLevels(greenOnly);
    expect(states.map(({ kind }) => kind)).toEqual(['ready', 'fault', 'fault', 'ready']);
  });

  it.each([
    ['lines that cannot be taken', '2', {}, 'Permission denied', /Permission denied/],
    ['lines that version 1 cannot take', '1', {}, 'Permission denied', /Permission denied/],
    ['a chip that is not there', '2', { chip: 'gpiochip7' }, undefined, /no single GPIO chip "gpiochip7"/],
    ['a chip that is an option', '2', { chip: '--daemonize' }, undefined, /no single GPIO chip "--daemonize"/],
    ['a line beyond the last', '1', { red: 54 }, undefined, /pinctrl-rp1 has no line 54/],
    ['a line that is none', '1', { red: -17 }, undefined, /has no line -17/],
    ['no gpioset', '2', { command: '/no/such/gpioset' }, undefined, /\/no\/such\/gpioset/],
    ['another program', '2', { command: process.execPath }, undefined, /libgpiod 1 or 2 is needed; there is: v24/],
  ] as const)('refuses %s', async (_, version, options, broken, detail) => {
    const { gpioset, outputs, scheduler } = await openBench(version, options);
    if (broken !== undefined) await gpioset.breakWith(broken);
    await expect(outputs.open(() => undefined)).rejects.toMatchObject({
      code: 'configuration',
      detail: expect.stringMatching(detail),
    });
    expect(scheduler.pendingCount()).toBe(0);
  });
});
