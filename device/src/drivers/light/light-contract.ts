import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Light } from '../../ports/light.ts';
import { type LightColour, type LightPattern, lightPatterns } from '../../ports/light-patterns.ts';
import type { LedOutputs } from './led-outputs.ts';
import { createPatternLight } from './pattern-light.ts';

/** One way to drive LEDs, with a stand-in for its hardware. */
export interface LedRig {
  outputs: LedOutputs;
  /** LEDs that give light now, in the order red, green, blue. */
  lit(): LightColour[] | Promise<LightColour[]>;
  close(): Promise<void>;
}

export interface LedRigOptions {
  scheduler: VirtualScheduler;
  wired: readonly LightColour[];
}

type CreateRig = (options: LedRigOptions) => Promise<LedRig>;

interface Bench extends LedRig {
  light: Light;
  scheduler: VirtualScheduler;
  faults: string[];
  expectLit(colours: readonly LightColour[]): Promise<void>;
}

const allColours = ['red', 'green', 'blue'] as const;

async function openBench(createRig: CreateRig, wired: readonly LightColour[] = allColours): Promise<Bench> {
  const scheduler = createVirtualScheduler();
  const faults: string[] = [];
  const rig = await createRig({ scheduler, wired });
  const light = createPatternLight({
    scheduler,
    candidates: [rig.outputs],
    onState: ({ kind, detail }) => kind === 'fault' && faults.push(detail),
  });
  onTestFinished(async () => {
    await light.stop();
    await rig.close();
  });
  return {
    ...rig,
    light,
    scheduler,
    faults,
    expectLit: (colours) => until(async () => expect(await rig.lit(), faults.join()).toEqual(colours)),
  };
}

/** What every light must do, whatever it lights; each driver's test runs it. */
export function describeLight(name: string, createLight: (scheduler: VirtualScheduler) => Promise<Light>): void {
  describe(`${name} as a light`, () => {
    it('takes every pattern at any time and leaves no timer behind', async () => {
      const scheduler = createVirtualScheduler();
      const light = await createLight(scheduler);
      const patterns = Object.keys(lightPatterns) as LightPattern[];
      light.show('starting');
      await light.start();
      for (const pattern of patterns) light.show(pattern);
      scheduler.advance(10_000);
      await light.stop();
      expect(scheduler.pendingCount()).toBe(0);
      light.show('fault');
      await light.stop();
      await light.start();
      await light.stop();
      expect(scheduler.pendingCount()).toBe(0);
    });
  });
}

/** What every light with LEDs must do besides. */
export function describeLedLight(name: string, createRig: CreateRig): void {
  describeLight(name, async (scheduler) => {
    const rig = await createRig({ scheduler, wired: allColours });
    onTestFinished(() => rig.close());
    return createPatternLight({ scheduler, candidates: [rig.outputs], onState: () => undefined });
  });

  describe(`${name} as a light with LEDs`, () => {
    describePatterns(createRig);
    describeLifetime(createRig);
  });
}

function describePatterns(createRig: CreateRig): void {
  it.each(Object.keys(lightPatterns) as LightPattern[])('plays a round of %s as the table says', async (pattern) => {
    const { light, scheduler, expectLit, faults } = await openBench(createRig);
    await light.start();
    light.show(pattern);
    const { colours, blinkMs } = lightPatterns[pattern];
    await expectLit(colours);
    for (const [index, durationMs] of blinkMs.entries()) {
      scheduler.advance(durationMs - 1);
      await expectLit(index % 2 === 0 ? colours : []);
      scheduler.advance(1);
      await expectLit(index % 2 === 0 ? [] : colours);
    }
    expect(faults).toEqual([]);
  });

  it('changes at once to another pattern, and does not begin the same one anew', async () => {
    const { light, scheduler, expectLit } = await openBench(createRig);
    await light.start();
    light.show('busy');
    await expectLit(['blue']);
    scheduler.advance(300);
    light.show('busy');
    scheduler.advance(100);
    await expectLit([]);
    light.show('declined');
    await expectLit(['red']);
    light.show('ready');
    await expectLit(['green']);
  });

  it('lets another LED stand in for a colour it lacks', async () => {
    const { light, expectLit } = await openBench(createRig, ['green']);
    await light.start();
    light.show('declined');
    await expectLit(['green']);
  });
}

function describeLifetime(createRig: CreateRig): void {
  it('is dark until told, and dark when stopped', async () => {
    const { light, scheduler, expectLit, lit } = await openBench(createRig);
    await light.start();
    await expectLit([]);
    light.show('unknown');
    await expectLit(['red', 'green', 'blue']);
    await light.stop();
    expect(await lit()).toEqual([]);
    expect(scheduler.pendingCount()).toBe(0);
    await light.start();
    light.show('ready');
    await expectLit(['green']);
  });

  it('plays from the start what was shown before it', async () => {
    const { light, scheduler, expectLit } = await openBench(createRig);
    light.show('starting');
    scheduler.advance(5000);
    await light.start();
    await expectLit(['blue']);
    scheduler.advance(100);
    await expectLit([]);
  });
}
