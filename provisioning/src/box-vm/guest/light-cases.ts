import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { DeviceConfig } from '@scanpay/device/config.ts';
import { createGpiosetOutputs } from '@scanpay/device/drivers/light/gpioset-light.ts';
import { createLedClassOutputs } from '@scanpay/device/drivers/light/led-class-light.ts';
import type { LedOutputs } from '@scanpay/device/drivers/light/led-outputs.ts';
import { createOnoffOutputs } from '@scanpay/device/drivers/light/onoff-light.ts';
import { createPatternLight } from '@scanpay/device/drivers/light/pattern-light.ts';
import { createLight } from '@scanpay/device/pick-instruments.ts';
import type { LightState } from '@scanpay/device/ports/light.ts';
import {
  type LightColour,
  type LightPattern,
  lightColours,
  lightPatterns,
} from '@scanpay/device/ports/light-patterns.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { type Case, until } from './cases.ts';
import type { SimulatedChip } from './gpio-sim.ts';

/** Lines of the simulated chip that carry the LEDs. */
const lines = { red: 17, green: 27, blue: 22 } as const;
const patterns = Object.keys(lightPatterns) as LightPattern[];
const ledsRoot = '/sys/class/leds';
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

type ReadLit = () => LightColour[];

/** Every pattern of the table, one round each on virtual time, as the pins have it; dark before and after. */
async function playAll(outputs: LedOutputs, readLit: ReadLit): Promise<void> {
  const scheduler = createVirtualScheduler();
  const states: LightState[] = [];
  const light = createPatternLight({ scheduler, candidates: [outputs], onState: (state) => states.push(state) });
  const expectLit = (colours: readonly LightColour[], what: string): Promise<void> =>
    until(() => assert.deepEqual(readLit(), [...colours], `${what}; ${JSON.stringify(states)}`));
  await light.start();
  assert.equal(light.state().kind, 'ready', light.state().detail);
  await expectLit([], 'dark at first');
  for (const pattern of patterns) {
    const { colours, blinkMs } = lightPatterns[pattern];
    light.show(pattern);
    await expectLit(colours, pattern);
    for (const [index, durationMs] of blinkMs.entries()) {
      scheduler.advance(durationMs);
      await expectLit(index % 2 === 0 ? [] : colours, `${pattern}, step ${index}`);
    }
  }
  await light.stop();
  await expectLit([], 'dark at the end');
}

/** `gpioset` of libgpiod 2 in these folders, each with its `gpiodetect`; the rig itself has version 1. */
export interface LightCaseOptions {
  chip: SimulatedChip;
  gpioset2Folders: readonly string[];
}

export function listLightCases({ chip, gpioset2Folders }: LightCaseOptions): Case[] {
  const litPins = (activeLow: boolean): ReadLit => {
    const litLevel = activeLow ? 0 : 1;
    return () => lightColours.filter((colour) => chip.level(lines[colour]) === litLevel);
  };
  const gpio = { chip: chip.label, lines };
  const gpioset = (activeLow: boolean, command: string): LedOutputs =>
    createGpiosetOutputs({ scheduler: systemScheduler, ...gpio, activeLow, command });
  const gpiosetCase = (name: string, command: string): Case => ({
    name: `light: ${name} plays the table on real lines`,
    run: () => playAll(gpioset(false, command), litPins(false)),
  });
  const version2 = gpioset2Folders.map((folder) => gpiosetCase(`gpioset 2 (${folder})`, `${folder}/gpioset`));
  const without2 = 'no gpioset of libgpiod 2: name its folder in SCANPAY_GPIOSET2';
  return [
    {
      name: 'light: onoff plays the table on real lines, base found by the label',
      run: () => playAll(createOnoffOutputs({ ...gpio, activeLow: false }), litPins(false)),
    },
    {
      name: 'light: onoff, LEDs that light when their line is low',
      async run() {
        const outputs = createOnoffOutputs({ ...gpio, activeLow: true });
        await outputs.open(() => undefined);
        assert.deepEqual(litPins(true)(), [], 'dark from the first moment');
        outputs.set(['green']);
        assert.deepEqual(litPins(true)(), ['green']);
        await outputs.close();
      },
    },
    gpiosetCase('gpioset 1', 'gpioset'),
    ...(version2.length > 0 ? version2 : [{ ...gpiosetCase('gpioset 2', ''), skip: without2 }]),
    { name: 'light: kernel LEDs play the table', run: playOnKernelLeds },
    {
      name: 'light: auto takes onoff, or LEDs where no line will do; a kind in the configuration overrides it',
      run: () => choose(chip),
    },
    {
      name: 'light: a chip that goes away and comes back, its base found anew',
      run: () => losingChip(chip, litPins(false)),
    },
  ];
}

/** The keyboard's three lamps: LEDs the kernel itself knows, with triggers of their own. */
function keyboardLeds(): Record<LightColour, string> {
  const names = readdirSync(ledsRoot);
  const find = (end: string): string => names.find((name) => name.endsWith(end)) ?? assert.fail(`no ${end}: ${names}`);
  return { red: find('::capslock'), green: find('::numlock'), blue: find('::scrolllock') };
}

const triggerOf = (name: string): string =>
  /\[(.+)\]/.exec(readFileSync(`${ledsRoot}/${name}/trigger`, 'utf8'))?.[1] ?? '';

async function playOnKernelLeds(): Promise<void> {
  const leds = keyboardLeds();
  const former = triggerOf(leds.red);
  const readLit = (): LightColour[] =>
    lightColours.filter((colour) => Number(readFileSync(`${ledsRoot}/${leds[colour]}/brightness`, 'utf8')) > 0);
  await playAll(createLedClassOutputs({ leds }), readLit);
  assert.equal(triggerOf(leds.red), former, 'the trigger is given back');
}

async function choose(chip: SimulatedChip): Promise<void> {
  const auto = { kind: 'auto', chip: chip.label, lines, activeLow: false, leds: keyboardLeds() } as const;
  const stateWith = async (config: DeviceConfig['light']): Promise<LightState> => {
    const light = createLight(config, silentLog);
    await light.start();
    const state = light.state();
    await light.stop();
    return state;
  };
  const all = await stateWith(auto);
  assert.equal(all.driver, 'onoff', JSON.stringify(all));
  const unknownLines = await stateWith({ ...auto, lines: { red: 200 } });
  assert.equal(unknownLines.driver, 'leds', JSON.stringify(unknownLines));
  assert.deepEqual(
    unknownLines.passedOver.map(({ driver }) => driver),
    ['onoff', 'gpioset'],
  );
  assert.equal((await stateWith({ ...auto, lines: {} })).driver, 'leds');
  assert.equal((await stateWith({ kind: 'gpioset', chip: chip.label, lines, activeLow: false })).driver, 'gpioset');
  assert.equal((await stateWith({ kind: 'none' })).driver, 'none');
  assert.ok(!existsSync(`/sys/class/gpio/gpio${chip.base() + lines.red}`), 'every line is given back');
}

async function losingChip(chip: SimulatedChip, readLit: ReadLit): Promise<void> {
  const light = createLight({ kind: 'onoff', chip: chip.label, lines, activeLow: false }, silentLog);
  await light.start();
  light.show('busy');
  await until(() => assert.deepEqual(readLit(), ['blue']));
  chip.setPresent(false);
  await until(() => assert.equal(light.state().kind, 'fault', JSON.stringify(light.state())));
  chip.setPresent(true);
  await until(() => assert.equal(light.state().kind, 'ready', JSON.stringify(light.state())));
  assert.match(light.state().detail, new RegExp(`numbered from ${chip.base()}$`));
  light.show('ready');
  await until(() => assert.deepEqual(readLit(), ['green']));
  await light.stop();
}
