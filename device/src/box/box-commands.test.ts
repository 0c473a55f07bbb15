import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CommandId } from '@scanpay/shared/ids.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { attachmentPartBytes, type CommandOrder, type CommandOutcome } from '@scanpay/shared/wire/command-messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { lightPatterns } from '../ports/light-patterns.ts';
import type { PrintResult } from '../ports/printer.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, cardSale, noonMs } from '../testing/terminal-samples.ts';
import { noHost } from './no-host.ts';

let folder: string;
let harness: BoxHarness;
let scheduler: ReturnType<typeof createVirtualScheduler>;
let logLines: string[];
let restarts: number;
let print: PrintResult;

const idOf = (digit: string) => `01a20958-0000-7000-8000-00000000000${digit}` as CommandId;
const start = async (): Promise<void> => {
  const host = { ...noHost, readLog: () => logLines, restart: () => restarts++ };
  const journal = openSqliteJournal(join(folder, 'box.sqlite'));
  // Long holding times: no alarm disturbs what is looked at here.
  harness = await startBoxHarness({ journal, scheduler, host, print: () => print, alarmBounds: { raiseAfterMs: 9e9 } });
};
const connect = async (): Promise<void> => {
  harness.connect(true);
  await until(() => expect(harness.sent.some(({ type }) => type === 'clock.query')).toBe(true));
};
const ready = async (): Promise<void> => {
  await connect();
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(harness.box.view().light).toBe('ready'));
};
const order = (commandId: CommandId, what: CommandOrder, { expiresInMs = 60_000, forged = false } = {}) =>
  harness.say({ type: 'command', commandId, order: what, expiresAtMs: scheduler.nowMs() + expiresInMs }, { forged });
const outcomes = (commandId: CommandId): CommandOutcome[] =>
  harness.sent.flatMap((message) =>
    message.type === 'command.result' && message.commandId === commandId ? message.outcome : [],
  );
const ended = (commandId: CommandId, times = 1) =>
  until(() => {
    scheduler.advance(200);
    const ends = outcomes(commandId).filter(({ kind }) => kind !== 'accepted');
    expect(ends.length).toBeGreaterThanOrEqual(times);
    return ends.at(-1);
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'box-commands-'));
  scheduler = createVirtualScheduler(noonMs);
  logLines = ['{"msg":"box ready"}'];
  restarts = 0;
  print = { kind: 'printed' };
  await start();
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

describe('commands at the box', () => {
  it('are accepted, carried out and answered', async () => {
    await ready();
    await order(idOf('1'), { kind: 'ping' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'done', result: { boxTimeMs: expect.any(Number) } });
    expect(outcomes(idOf('1'))[0]).toEqual({ kind: 'accepted' });
    await order(idOf('2'), { kind: 'print-test' });
    expect(await ended(idOf('2'))).toEqual({ kind: 'done', result: { print: 'printed' }, attachment: null });
    expect(harness.printed.at(-1)).toContain('This is not a receipt.');
    await order(idOf('3'), { kind: 'light-test' });
    expect(await ended(idOf('3'))).toMatchObject({
      kind: 'done',
      result: { shown: Object.keys(lightPatterns).length, driver: 'log' },
    });
    expect(harness.lights.at(-1)).toBe('ready');
  });

  it('that are repeated are done once and answered again, also after a power cut', async () => {
    await ready();
    for (let times = 0; times < 3; times++) await order(idOf('1'), { kind: 'print-test' });
    await ended(idOf('1'), 3);
    await harness.stop();
    await start();
    await ready();
    await order(idOf('1'), { kind: 'print-test' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'done' });
    // One slip in all: the harness starts with an empty roll.
    expect(harness.printed).toEqual([]);
  });

  it('under a known id that order something else are neither done nor answered', async () => {
    await ready();
    await order(idOf('1'), { kind: 'ping' });
    await ended(idOf('1'));
    const before = outcomes(idOf('1')).length;
    await order(idOf('1'), { kind: 'restart' });
    await order(idOf('2'), { kind: 'ping' });
    await ended(idOf('2'));
    expect(outcomes(idOf('1'))).toHaveLength(before);
    expect(restarts).toBe(0);
  });

  it('come too late, or not from the operator, and are not done', async () => {
    await ready();
    await order(idOf('1'), { kind: 'restart' }, { expiresInMs: 0 });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'failed', code: 'command_expired' });
    await order(idOf('2'), { kind: 'restart' }, { forged: true });
    await order(idOf('3'), { kind: 'ping' });
    await ended(idOf('3'));
    expect(outcomes(idOf('2'))).toEqual([]);
    expect(restarts).toBe(0);
  });

  it('of an unknown kind or form are refused in words', async () => {
    await ready();
    await order(idOf('1'), { kind: 'self-destruct' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'failed', code: 'command_unknown', detail: 'self-destruct' });
    await order(idOf('2'), { kind: 'collect-logs', maxLines: 'all' });
    expect(await ended(idOf('2'))).toMatchObject({ kind: 'failed', code: 'invalid_input' });
  });

  it('wait for a trusted clock, for an old one could pass for good', async () => {
    await connect();
    await order(idOf('1'), { kind: 'ping' });
    await order(idOf('2'), { kind: 'ping' }, { expiresInMs: 10_000 });
    expect(outcomes(idOf('1'))).toEqual([]);
    await harness.answerClock(scheduler.nowMs() + 30_000);
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'done' });
    expect(await ended(idOf('2'))).toMatchObject({ kind: 'failed', code: 'command_expired' });
  });

  it('do not keep the box from stopping', async () => {
    await ready();
    await order(idOf('1'), { kind: 'light-test' });
    await until(() => expect(harness.lights.slice(-2)).toEqual(['ready', 'starting']));
    await harness.stop();
    await start();
    await ready();
    await order(idOf('1'), { kind: 'light-test' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'done', result: { shown: 1 } });
  });

  it('fail with the reason when the printer does', async () => {
    await ready();
    print = { kind: 'fault', faults: ['paper-out'] };
    await order(idOf('1'), { kind: 'print-test' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'failed', code: 'printer_fault', detail: 'paper-out' });
  });
});

describe('the restart', () => {
  it('happens once, and is answered by the process that comes after', async () => {
    await ready();
    await order(idOf('1'), { kind: 'restart' });
    await until(() => expect(restarts).toBe(1));
    await order(idOf('1'), { kind: 'restart' });
    expect(outcomes(idOf('1')).every(({ kind }) => kind === 'accepted')).toBe(true);
    await harness.stop();
    await start();
    await ready();
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'done', result: { startedAtMs: expect.any(Number) } });
    await order(idOf('1'), { kind: 'restart' });
    await ended(idOf('1'), 2);
    expect(restarts).toBe(1);
  });

  it('waits for no payment: while one is open or uncertain it is refused', async () => {
    await ready();
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    await order(idOf('1'), { kind: 'restart' });
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'failed', code: 'payment_open' });
    harness.scan('SP1:SAMPLE');
    const { paymentId } = await until(() => {
      const request = harness.sent.find((message) => message.type === 'payment.request');
      if (request === undefined) throw new Error('no request yet');
      return request;
    });
    await order(idOf('2'), { kind: 'restart' });
    expect(await ended(idOf('2'))).toMatchObject({ kind: 'failed', code: 'payment_open' });
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
    await until(() => expect(harness.box.view().counter.kind).toBe('approved'));
    // The one that was refused stays so; a new one is taken.
    await order(idOf('2'), { kind: 'restart' });
    expect(await ended(idOf('2'), 2)).toMatchObject({ code: 'payment_open' });
    await order(idOf('3'), { kind: 'restart' });
    await until(() => expect(restarts).toBe(1));
  });

  it('leaves another command that was under way as interrupted', async () => {
    await ready();
    harness.box.journal.commit([
      {
        op: 'take-command',
        command: {
          commandId: idOf('1'),
          order: { kind: 'light-test' },
          takenAtMs: noonMs,
          expiresAtMs: noonMs + 60_000,
        },
      },
    ]);
    await harness.stop();
    await start();
    await ready();
    expect(await ended(idOf('1'))).toMatchObject({ kind: 'failed', code: 'command_interrupted' });
  });
});

describe('collected logs', () => {
  const collect = async (commandId: CommandId, maxLines: number) => {
    await order(commandId, { kind: 'collect-logs', maxLines });
    const end = await ended(commandId);
    if (end?.kind !== 'done' || end.attachment === null) throw new Error(JSON.stringify(end));
    const parts = harness.sent.flatMap((message) =>
      message.type === 'command.attachment' && message.commandId === commandId ? message : [],
    );
    expect(parts.map(({ part }) => part)).toEqual([...Array(end.attachment.partCount).keys()]);
    const bytes = Buffer.concat(parts.map(({ data }) => Buffer.from(data, 'base64url')));
    return { end, lines: gunzipSync(bytes).toString().trimEnd().split('\n') };
  };

  it('are the newest lines, compressed, without card numbers and personal data', async () => {
    await ready();
    logLines = ['{"msg":"old"}', '{"msg":"card 4111111111111111"}', '{"mobile":"01012345678","msg":"new"}'];
    const { end, lines } = await collect(idOf('1'), 2);
    expect(lines).toEqual(['{"msg":"card [removed]"}', '{"mobile":"[removed]","msg":"new"}']);
    expect(end.result).toEqual({ lines: 2, redactedLines: 2 });
  });

  it('come in parts that fit, and are cut at the old end when they are too many', async () => {
    await ready();
    const noise = (index: number): string => createHash('sha512').update(String(index)).digest('base64');
    logLines = Array.from({ length: 9_000 }, (_, index) => `{"index":${index},"msg":"${noise(index)}"}`);
    const { end, lines } = await collect(idOf('1'), 20_000);
    expect(end.attachment?.partCount).toBeGreaterThan(20);
    expect(end.attachment?.sizeBytes).toBeLessThanOrEqual(attachmentPartBytes * 64);
    expect(lines.length).toBeLessThan(9_000);
    expect(lines.at(-1)).toBe(logLines.at(-1));
  });
});
