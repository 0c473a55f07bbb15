import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import type { LightDriver, LightState } from '../../ports/light.ts';
import { type LightColour, type LightPattern, lightPatterns } from '../../ports/light-patterns.ts';
import type { LedOutputs } from './led-outputs.ts';
import { createPatternLight } from './pattern-light.ts';

function createBench(drivers: readonly LightDriver[] = ['onoff']) {
  const scheduler = createVirtualScheduler(0);
  const changes: { atMs: number; by: LightDriver; lit: LightColour[] }[] = [];
  const states: LightState[] = [];
  const calls: string[] = [];
  /** What is wrong with a driver's LEDs now. */
  const broken = new Map<LightDriver, string>();
  const losses = new Map<LightDriver, (detail: string) => void>();
  const candidates = drivers.map(
    (driver): LedOutputs => ({
      driver,
      wired: ['red', 'green', 'blue'],
      async open(onLost) {
        const problem = broken.get(driver);
        if (problem !== undefined) throw new Error(problem);
        calls.push(`open ${driver}`);
        losses.set(driver, onLost);
        return `LEDs of ${driver}`;
      },
      set(lit) {
        const problem = broken.get(driver);
        if (problem !== undefined) throw new Error(problem);
        changes.push({ atMs: scheduler.nowMs(), by: driver, lit: [...lit] });
      },
      async close() {
        calls.push(`close ${driver}`);
        const problem = broken.get(driver);
        if (problem !== undefined) throw new Error(problem);
      },
    }),
  );
  const light = createPatternLight({ scheduler, candidates, onState: (state) => states.push(state) });
  /** What is under way ends: everything here resolves at once. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const advance = async (ms: number) => {
    scheduler.advance(ms);
    await settle();
  };
  return { scheduler, light, changes, states, calls, broken, losses, settle, advance };
}

describe('createPatternLight', () => {
  it.each(Object.keys(lightPatterns) as LightPattern[])(
    'plays three rounds of %s to the millisecond',
    async (pattern) => {
      const { scheduler, light, changes } = createBench();
      const { colours, blinkMs } = lightPatterns[pattern];
      await light.start();
      light.show(pattern);
      const steps = [...blinkMs, ...blinkMs, ...blinkMs];
      const expected = [{ atMs: 0, by: 'onoff', lit: [...colours] }];
      let atMs = 0;
      for (const [index, ms] of steps.entries()) {
        atMs += ms;
        expected.push({ atMs, by: 'onoff', lit: index % 2 === 0 ? [] : [...colours] });
      }
      scheduler.advance(atMs);
      expect(changes).toEqual(expected);
    },
  );

  it('takes the first way that works, and says why not the ones before', async () => {
    const { light, states, broken, calls } = createBench(['onoff', 'gpioset', 'leds']);
    broken.set('onoff', 'this kernel has no sysfs GPIO');
    await light.start();
    expect(states).toEqual([
      {
        kind: 'ready',
        driver: 'gpioset',
        detail: 'LEDs of gpioset',
        passedOver: [{ driver: 'onoff', reason: 'this kernel has no sysfs GPIO' }],
      },
    ]);
    expect(light.state()).toBe(states[0]);
    await light.stop();
    expect(calls).toEqual(['open gpioset', 'close gpioset']);
    expect(light.state().kind).toBe('stopped');
  });

  it('is a fault where no way works, and tries again ever less often, up to half a minute', async () => {
    const { scheduler, light, states, broken, changes, advance } = createBench(['onoff', 'leds']);
    broken.set('onoff', 'EACCES');
    broken.set('leds', 'no LED "red"');
    await light.start();
    light.show('ready');
    expect(states).toEqual([
      expect.objectContaining({ kind: 'fault', driver: 'none', detail: 'onoff: EACCES; leds: no LED "red"' }),
    ]);
    for (const waitMs of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      expect(scheduler.pendingCount()).toBe(1);
      await advance(waitMs);
    }
    expect(states).toHaveLength(1);
    broken.delete('leds');
    await advance(30_000);
    expect(light.state()).toMatchObject({ kind: 'ready', driver: 'leds' });
    expect(changes.map(({ by, lit }) => [by, lit])).toEqual([['leds', ['green']]]);
    await light.stop();
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('goes on by the next way when the LEDs are lost, and plays there what is to be shown', async () => {
    const { light, states, broken, changes, calls, advance } = createBench(['onoff', 'gpioset']);
    await light.start();
    light.show('busy');
    broken.set('onoff', 'ENODEV');
    await advance(400);
    expect(states.at(-1)).toMatchObject({ kind: 'fault', driver: 'onoff', detail: 'ENODEV' });
    light.show('approved');
    await advance(500);
    expect(states.at(-1)).toMatchObject({
      kind: 'ready',
      driver: 'gpioset',
      passedOver: [{ driver: 'onoff', reason: 'ENODEV' }],
    });
    expect(changes.at(-1)).toEqual({ atMs: 900, by: 'gpioset', lit: ['green'] });
    expect(calls).toEqual(['open onoff', 'close onoff', 'open gpioset']);
    await light.stop();
  });

  it('hears of a loss from the LEDs themselves too, once', async () => {
    const { light, states, losses, calls, advance, scheduler } = createBench(['gpioset']);
    await light.start();
    light.show('ready');
    losses.get('gpioset')?.('gpioset ended with SIGKILL');
    losses.get('gpioset')?.('gpioset ended with SIGKILL');
    await advance(0);
    expect(states.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['ready', 'LEDs of gpioset'],
      ['fault', 'gpioset ended with SIGKILL'],
    ]);
    await advance(500);
    expect(states.at(-1)?.kind).toBe('ready');
    expect(calls).toEqual(['open gpioset', 'close gpioset', 'open gpioset']);
    await light.stop();
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('waits longer after each loss unless the LEDs were well for a minute', async () => {
    const { light, losses, calls, advance } = createBench();
    await light.start();
    const lose = async (waitMs: number) => {
      losses.get('onoff')?.('gone');
      await advance(waitMs - 1);
      const before = calls.length;
      await advance(1);
      expect(calls.length).toBe(before + 1);
    };
    await lose(500);
    await lose(1000);
    await lose(2000);
    await advance(60_000);
    await lose(500);
    await light.stop();
  });

  it('is stopped while it tries again', async () => {
    const { light, broken, losses, scheduler, calls } = createBench();
    await light.start();
    broken.set('onoff', 'gone');
    losses.get('onoff')?.('gone');
    scheduler.advance(500);
    await light.stop();
    await until(() => expect(scheduler.pendingCount()).toBe(0));
    expect(calls.filter((call) => call.startsWith('open'))).toHaveLength(1);
  });
});
