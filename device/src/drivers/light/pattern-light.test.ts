import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { type LightColour, type LightPattern, lightPatterns } from '../../ports/light-patterns.ts';
import { createPatternLight } from './pattern-light.ts';

function createBench() {
  const scheduler = createVirtualScheduler(0);
  const changes: { atMs: number; lit: LightColour[] }[] = [];
  const faults: string[] = [];
  const broken = { with: undefined as string | undefined };
  const light = createPatternLight({
    scheduler,
    outputs: {
      wired: ['red', 'green', 'blue'],
      open: () => Promise.resolve(),
      set(lit) {
        if (broken.with !== undefined) throw new Error(broken.with);
        changes.push({ atMs: scheduler.nowMs(), lit: [...lit] });
      },
      close: () => Promise.resolve(),
    },
    onFault: (detail) => faults.push(detail),
  });
  return { scheduler, light, changes, faults, broken };
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
      const expected = [{ atMs: 0, lit: [...colours] }];
      let atMs = 0;
      for (const [index, ms] of steps.entries()) {
        atMs += ms;
        expected.push({ atMs, lit: index % 2 === 0 ? [] : [...colours] });
      }
      scheduler.advance(atMs);
      expect(changes).toEqual(expected);
    },
  );

  it('tells of a failing lamp once, goes on, and tells again after it worked in between', async () => {
    const { scheduler, light, faults, broken, changes } = createBench();
    await light.start();
    broken.with = 'EIO';
    light.show('busy');
    scheduler.advance(4000);
    expect(faults).toEqual(['EIO']);
    broken.with = undefined;
    scheduler.advance(400);
    expect(changes).toHaveLength(1);
    broken.with = 'ENODEV';
    scheduler.advance(4000);
    expect(faults).toEqual(['EIO', 'ENODEV']);
  });
});
