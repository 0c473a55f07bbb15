import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { AlarmReport } from '@scanpay/shared/wire/alarm-messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import type { Host } from '../ports/host.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { noonMs } from '../testing/terminal-samples.ts';
import { noHost } from './no-host.ts';

let folder: string;
let harness: BoxHarness;
let scheduler: ReturnType<typeof createVirtualScheduler>;
let temperatureC: number;

const machine: Host['machine'] = {
  look: async () => ({ ...wellBox.machine, temperatureMilliC: temperatureC * 1_000 }),
};
const host: Host = { ...noHost, machine };
const start = async (): Promise<void> => {
  const journal = openSqliteJournal(join(folder, 'box.sqlite'));
  harness = await startBoxHarness({
    journal,
    scheduler,
    host,
    alarmBounds: { raiseAfterMs: 5_000, clearAfterMs: 5_000 },
  });
};
const connect = async (): Promise<void> => {
  harness.connect(true);
  await until(() => expect(harness.sent.some(({ type }) => type === 'clock.query')).toBe(true));
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(harness.box.view().light).toBe('ready'));
};
const reports = (): AlarmReport[] => harness.sent.flatMap((each) => (each.type === 'alarm.report' ? each : []));
const codes = (): string[] | undefined =>
  reports()
    .at(-1)
    ?.open.map(({ code }) => code);
/** Time passes until the box reports exactly these. */
const untilOpen = (...expected: string[]) =>
  until(() => {
    scheduler.advance(500);
    expect(codes()).toEqual(expected);
  });
const recorded = async (): Promise<void> => {
  const { journalId, revision } = reports().at(-1) as AlarmReport;
  await harness.say({ type: 'alarm.recorded', journalId, revision });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'box-alarms-'));
  scheduler = createVirtualScheduler(noonMs);
  temperatureC = 50;
  await start();
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

describe('alarms of the box', () => {
  it('are reported when they begin and when they are over, with a growing revision', async () => {
    await connect();
    await until(() => expect(codes()).toEqual([]));
    temperatureC = 80;
    await untilOpen('temperature-high');
    expect(reports().at(-1)?.open[0]).toMatchObject({ count: 1, detail: '80 °C' });
    temperatureC = 60;
    await untilOpen();
    const revisions = reports().map(({ revision }) => revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(revisions.at(-1)).toBe(2);
  });

  it('are repeated until the operator has them on record, and then only now and then', async () => {
    await connect();
    temperatureC = 80;
    await untilOpen('temperature-high');
    const before = reports().length;
    await until(() => {
      scheduler.advance(5_000);
      expect(reports().length).toBeGreaterThan(before + 1);
    });
    await recorded();
    const after = reports().length;
    for (let times = 0; times < 20; times++) {
      scheduler.advance(15_000);
      await setImmediate();
    }
    expect(reports()).toHaveLength(after);
    scheduler.advance(600_000);
    await until(() => expect(reports().length).toBeGreaterThan(after));
  });

  it('outlive a power cut, and are told whole after each connect', async () => {
    await connect();
    temperatureC = 80;
    await untilOpen('temperature-high');
    harness.box.alarms.tell('update-failed', 'bad signature');
    await untilOpen('temperature-high', 'update-failed');
    const { journalId, revision } = reports().at(-1) as AlarmReport;
    await harness.stop();
    await start();
    expect(reports()).toEqual([]);
    await connect();
    await until(() => expect(reports()[0]).toMatchObject({ journalId, revision }));
    expect(codes()).toEqual(['temperature-high', 'update-failed']);
    harness.box.alarms.tell('update-failed', 'bad signature again');
    await until(() => expect(reports().at(-1)?.open[1]?.count).toBe(2));
    harness.box.alarms.tell('update-failed', null);
    await untilOpen('temperature-high');
  });

  it('wait while the box is offline, and lose nothing', async () => {
    temperatureC = 80;
    // Until the box has looked often enough; nothing is sent.
    await until(() => {
      scheduler.advance(500);
      expect(harness.box.alarms.open().map(({ code }) => code)).toContain('temperature-high');
    });
    expect(reports()).toEqual([]);
    await connect();
    await until(() => expect(codes()).toContain('temperature-high'));
  });
});
