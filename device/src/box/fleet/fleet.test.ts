import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EffectiveSettings, LogLevel } from '@scanpay/shared/fleet/box-settings.ts';
import { won } from '@scanpay/shared/money.ts';
import { wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../../drivers/journal/sqlite-journal.ts';
import { createSettingsFile } from '../../drivers/settings/settings-file.ts';
import type { SettingsStore } from '../../ports/settings-store.ts';
import { type BoxHarness, startBoxHarness } from '../../testing/box-harness.ts';
import { approval, cardSale, limits, noonMs } from '../../testing/terminal-samples.ts';

const base: EffectiveSettings = {
  telemetryIntervalMs: 60_000,
  logLevel: 'info',
  receipt: { header: [], footer: [] },
  limits,
  offline: { maxCount: 20, maxTotalWon: won(1_000_000), maxPerCoupon: 1 },
  health: {
    diskWarnMib: 500,
    diskFaultMib: 50,
    hotC: 75,
    tooHotC: 85,
    driftWarnMs: 2_000,
    certificateWarnDays: 5,
    memoryWarnPercent: 5,
  },
};

let folder: string;
let harness: BoxHarness;
let levels: LogLevel[];
let scheduler: ReturnType<typeof createVirtualScheduler>;
const settingsPath = () => join(folder, 'settings', 'desired.json');

async function start(store: SettingsStore = createSettingsFile(settingsPath())): Promise<void> {
  harness = await startBoxHarness({
    journal: openSqliteJournal(join(folder, 'box.sqlite')),
    scheduler,
    fleet: {
      base,
      store,
      machine: { look: async () => wellBox.machine },
      versions: wellBox.versions,
      certificateExpiresAtMs: () => noonMs + 20 * 86_400_000,
      memoryBytes: () => 129_000_000,
      setLogLevel: (level) => levels.push(level),
      randomBytes: () => Uint8Array.of(0),
    },
  });
  harness.connect(true);
}

const reports = () => harness.sent.filter((message) => message.type === 'config.reported');
const telemetry = () => harness.sent.filter((message) => message.type === 'telemetry');
const desire = (configVersion: number, settings: object, overrides = {}) =>
  harness.say({ type: 'config.desired', configVersion, settings }, overrides);
const lastReport = async (count: number) => {
  await until(() => expect(reports().length).toBeGreaterThanOrEqual(count));
  return reports().at(-1);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'box-fleet-'));
  levels = [];
  scheduler = createVirtualScheduler(noonMs);
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

describe('a box of a fleet', () => {
  it('says after connecting what it runs, for the broker to keep', async () => {
    await start();
    expect(await lastReport(1)).toMatchObject({ appliedVersion: 0, appliedAtMs: null, rejected: null });
    expect(harness.retained).toEqual(['config.reported']);
  });

  it('applies newer settings while it runs: the next sale has the new deadline and the new words on its slip', async () => {
    await start();
    await desire(4, { logLevel: 'debug', limits: { deadlineMs: 5_000 }, receipt: { footer: ['또 오세요'] } });
    expect(await lastReport(2)).toMatchObject({ appliedVersion: 4, rejected: null });
    expect(levels).toEqual(['debug']);
    await harness.answerClock(scheduler.nowMs());
    await until(() => expect(harness.box.view().light).toBe('ready'));
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    harness.scan('SP1:SAMPLE');
    const request = await until(() => {
      const found = harness.sent.findLast((message) => message.type === 'payment.request');
      if (found === undefined) throw new Error('no request yet');
      return found;
    });
    expect(request.expiresAtMs - scheduler.nowMs()).toBe(5_000);
    const { paymentId } = request;
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
    await until(() => expect(harness.printed).toHaveLength(1));
    expect(JSON.parse(harness.printed[0] ?? '')).toMatchObject({ kind: 'sale', footer: ['또 오세요'] });
  });

  it('has them again after a restart, before anybody is asked', async () => {
    await start();
    await desire(4, { limits: { maxOpen: 1 } });
    await lastReport(2);
    await harness.stop();
    scheduler = createVirtualScheduler(noonMs + 60_000);
    await start();
    expect(await lastReport(1)).toMatchObject({ appliedVersion: 4, appliedAtMs: noonMs });
  });

  it.each([
    ['a key it does not know', { brokerUrl: 'mqtts://elsewhere' }, 'brokerUrl'],
    ['a value out of bounds', { limits: { deadlineMs: 1 } }, '/limits/deadlineMs'],
    ['what contradicts its own file', { health: { tooHotC: 70 } }, '/health/tooHotC'],
  ])('says no to %s, and runs on as it was', async (_what, settings, detail) => {
    await start();
    await desire(1, { logLevel: 'warn' });
    await desire(2, settings);
    const report = await lastReport(3);
    expect(report).toMatchObject({ appliedVersion: 1, rejected: { configVersion: 2, code: 'invalid_input' } });
    expect(report?.rejected?.detail).toContain(detail);
    expect(report?.rejected?.words.ko).not.toBe('');
    expect(JSON.parse(readFileSync(settingsPath(), 'utf8'))).toMatchObject({ configVersion: 1 });
    await desire(3, { logLevel: 'error' });
    expect(await lastReport(4)).toMatchObject({ appliedVersion: 3, rejected: null });
    expect(levels).toEqual(['warn', 'error']);
  });

  it('does not go back to an older version, and is not moved by the same one', async () => {
    await start();
    await desire(7, { logLevel: 'warn' });
    await desire(6, { logLevel: 'debug' });
    expect(await lastReport(3)).toMatchObject({ appliedVersion: 7, rejected: { code: 'config_stale' } });
    await desire(7, { logLevel: 'error' });
    expect(await lastReport(4)).toMatchObject({ appliedVersion: 7, rejected: null });
    expect(levels).toEqual(['warn']);
  });

  it('listens to nobody but the operator', async () => {
    await start();
    await desire(9, { logLevel: 'debug' }, { forged: true });
    await desire(9, { logLevel: 'debug' }, { deviceId: 'box-other' });
    await desire(1, { logLevel: 'warn' });
    expect(await lastReport(2)).toMatchObject({ appliedVersion: 1 });
    expect(levels).toEqual(['warn']);
  });

  it('takes nothing into force that its disk did not take', async () => {
    await start({
      read: () => undefined,
      write: () => {
        throw new Error('ENOSPC');
      },
    });
    await desire(1, { logLevel: 'debug' });
    expect(await lastReport(2)).toMatchObject({
      appliedVersion: 0,
      rejected: { code: 'config_not_stored', detail: expect.stringContaining('ENOSPC') },
    });
    expect(levels).toEqual([]);
  });

  it('goes by its own file where what is stored is damaged, of another box, or of newer software', async () => {
    const stored = { v: 1, deviceId: 'box-test', configVersion: 5, appliedAtMs: 1, settings: { logLevel: 'warn' } };
    const write = (text: string) => {
      createSettingsFile(settingsPath()).write(stored as never);
      writeFileSync(settingsPath(), text);
    };
    write('{"v":1,');
    await start();
    expect(await lastReport(1)).toMatchObject({ appliedVersion: 0 });
    await harness.stop();
    write(JSON.stringify({ ...stored, deviceId: 'box-before' }));
    await start();
    expect(await lastReport(1)).toMatchObject({ appliedVersion: 0, rejected: null });
    await harness.stop();
    write(JSON.stringify({ ...stored, settings: { ofTomorrow: 1 } }));
    await start();
    expect(await lastReport(1)).toMatchObject({ appliedVersion: 0, rejected: { configVersion: 5 } });
    // Nor can it be brought back to what was before that.
    await desire(4, { logLevel: 'debug' });
    expect(await lastReport(2)).toMatchObject({ appliedVersion: 0, rejected: { code: 'config_stale' } });
    expect(levels).toEqual([]);
  });

  it('tells how it is: the parts, the queues, the clock', async () => {
    await start();
    scheduler.advance(10);
    await until(() => expect(telemetry()).toHaveLength(1));
    expect(telemetry()[0]).toMatchObject({
      health: { level: 'fault', problems: [{ part: 'clock', level: 'fault' }] },
      scanner: { ready: true, lastReadAtMs: null, reads: 0, rejected: 0 },
      printer: { state: 'ok' },
      queues: { outbox: 0, unresolved: 0, receipts: 0 },
      clock: { trusted: false },
      configVersion: 0,
      machine: wellBox.machine,
    });
    await desire(3, {});
    await harness.answerClock(scheduler.nowMs());
    await until(() => expect(harness.box.view().light).toBe('ready'));
    harness.garble('too-long');
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    harness.scan('SP1:SAMPLE');
    await until(() => expect(harness.sent.some(({ type }) => type === 'payment.request')).toBe(true));
    await until(() => {
      scheduler.advance(1_000);
      expect(telemetry().length).toBeGreaterThanOrEqual(2);
    });
    const [, last] = telemetry();
    expect(last).toMatchObject({
      health: { level: 'ok' },
      scanner: { reads: 1, rejected: 1 },
      queues: { outbox: 1 },
      clock: { trusted: true, source: 'operator' },
      configVersion: 3,
    });
    expect(last?.scanner.lastReadAtMs).toBeGreaterThanOrEqual(noonMs);
  });
});
