import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allWell } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';
import { checkSqliteJournal } from '../drivers/journal/check-journal.ts';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { createLedClassOutputs } from '../drivers/light/led-class-light.ts';
import { createNoLight } from '../drivers/light/no-light.ts';
import { createPatternLight } from '../drivers/light/pattern-light.ts';
import { createSerialPrinter } from '../drivers/print/serial-printer.ts';
import { createPrinterEmulator, serveSerialPrinter } from '../testing/printer-emulator.ts';
import { probeLight, probePrinter } from './probe-instruments.ts';
import { probeTemperature } from './probe-machine.ts';
import { runChecks } from './run-checks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Time passes at once: every timer is due as soon as it is set. */
const hurried = {
  nowMs: () => 0,
  after(_delayMs: number, task: () => void) {
    const timer = setImmediate(task);
    return () => clearImmediate(timer);
  },
};

describe('a round of checks', () => {
  it('goes on after a probe that hangs and one that throws', async () => {
    const results = await runChecks(
      [
        { check: 'light', probe: () => new Promise(() => undefined) },
        { check: 'printer', probe: () => Promise.reject(new Error('broken')) },
        { check: 'disk', probe: async () => allWell('there') },
      ],
      { scheduler: hurried, service: 'stopped' },
    );
    expect(results.map(({ finding }) => [finding.outcome, finding.advice])).toEqual([
      ['fault', [advice.tooLate]],
      ['fault', [advice.unexpected]],
      ['ok', []],
    ]);
  });
});

describe('the light', () => {
  it('is a fault where there is no such LED', async () => {
    const candidates = [createLedClassOutputs({ leds: { red: 'no-such-led' } })];
    const light = createPatternLight({ scheduler: systemScheduler, candidates, onState: () => undefined });
    const finding = await probeLight(light);
    expect(finding).toMatchObject({
      outcome: 'fault',
      seen: expect.stringContaining('leds: no LED "no-such-led"'),
      advice: [advice.light],
    });
    expect(await probeLight(createNoLight())).toMatchObject({ outcome: 'skipped', seen: 'no lamp configured' });
  });
});

describe('a printer on a serial line', () => {
  it('is asked for its status', async () => {
    const emulator = createPrinterEmulator({ onReceipt: () => undefined });
    const line = await serveSerialPrinter(emulator);
    const ask = () =>
      probePrinter(createSerialPrinter({ scheduler: systemScheduler }, { path: line.path, baudRate: 9600 }));
    expect((await ask()).outcome).toBe('ok');
    emulator.set({ nearEnd: true });
    expect(await ask()).toMatchObject({ outcome: 'warning', advice: [advice.nearEnd] });
    line.close();
  });
});

describe('the journal', () => {
  it('is opened without making or changing one', () => {
    const path = join(folder, 'box.sqlite');
    expect(checkSqliteJournal(path)).toBe('missing');
    expect(readdirSync(folder)).toEqual([]);
    openSqliteJournal(path).close();
    expect(checkSqliteJournal(path)).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual(['box.sqlite']);
  });

  it('is refused where SQLite refuses it', () => {
    const path = join(folder, 'box.sqlite');
    mkdirSync(path);
    expect(() => checkSqliteJournal(path)).toThrow(/unable to open/);
  });
});

describe('the temperature', () => {
  it('is read from every zone that has one', async () => {
    for (const [name, text] of Object.entries({
      thermal_zone0: '48312\n',
      thermal_zone1: '76000\n',
      cooling_device0: '9',
    })) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'temp'), text);
    }
    mkdirSync(join(folder, 'thermal_zone2'));
    expect(await probeTemperature(folder)).toMatchObject({ outcome: 'warning', seen: '76.0 °C' });
    expect((await probeTemperature(join(folder, 'gone'))).outcome).toBe('skipped');
  });
});
