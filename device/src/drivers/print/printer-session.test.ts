import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import type { ByteStream, ByteStreamListener } from './byte-stream.ts';
import { createPrinterSession } from './printer-session.ts';
import { defaultSessionSettings } from './session-settings.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const well = 0x12;

/** A session on a scripted line: what is written is kept, and answered only when the test says so. */
async function setUp() {
  const scheduler = createVirtualScheduler();
  const written: string[] = [];
  let listener: ByteStreamListener | undefined;
  let stalled = false;
  let discarded = 0;
  const stream: ByteStream = {
    write(bytes) {
      written.push(Buffer.from(bytes).toString('hex'));
      return stalled ? new Promise(() => {}) : Promise.resolve();
    },
    close: async () => {},
    async discard() {
      discarded += 1;
    },
  };
  const printer = createPrinterSession({
    scheduler,
    settings: { ...defaultSessionSettings, automaticStatus: false },
    open: async (heard) => {
      listener = heard;
      return stream;
    },
  });
  await printer.start();
  await turn();
  const answer = async (...bytes: number[]): Promise<void> => {
    listener?.onBytes(Uint8Array.from(bytes));
    await turn();
  };
  const answerWell = async (): Promise<void> => {
    for (let n = 1; n <= 4; n += 1) await answer(well);
  };
  // The first meeting: padding, whether it is well, whether it knows GS r, and whether it is still at something.
  const met = printer.status();
  await turn();
  await answerWell();
  await answer(0x00);
  await answerWell();
  scheduler.advance(defaultSessionSettings.quietMs);
  await met;
  expect(written.splice(0).filter((hex) => !hex.startsWith('1004'))).toEqual(['00'.repeat(1024), '1d7201']);
  return {
    printer,
    scheduler,
    written,
    answer,
    answerWell,
    stall() {
      stalled = true;
    },
    discardedCount: () => discarded,
  };
}

describe('printer session', () => {
  it('asks one question at a time', async () => {
    const { printer, written, answer } = await setUp();
    const status = printer.status();
    await turn();
    expect(written).toEqual(['100401']);
    await answer(well);
    expect(written).toEqual(['100401', '100402']);
    await answer(well);
    await answer(well);
    await answer(0x1e);
    expect(written).toEqual(['100401', '100402', '100403', '100404']);
    expect(await status).toEqual({ kind: 'ok', nearEnd: true });
    await printer.stop();
  });

  it('asks once for all who want to know at the same time', async () => {
    const { printer, written, answerWell } = await setUp();
    const both = Promise.all([printer.status(), printer.status()]);
    await turn();
    await answerWell();
    expect(await both).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
    expect(written).toHaveLength(4);
    await printer.stop();
  });

  it('sends a job in kilobytes, and the completion question after it', async () => {
    const { printer, written, answer, answerWell } = await setUp();
    const job = new Uint8Array(2_500).fill(0x41);
    const printed = printer.print(job);
    job.fill(0x42);
    await turn();
    await answerWell();
    expect(written.slice(4).map((hex) => hex.length / 2)).toEqual([1_024, 1_024, 452, 3]);
    expect(written[4]).toMatch(/^(?:41)+$/);
    expect(written[7]).toBe('1d7201');
    await answer(0x00);
    await answerWell();
    expect(await printed).toEqual({ kind: 'printed' });
    await printer.stop();
  });

  it('gives up on a line that takes no more bytes, and pads before the next question', async () => {
    const { printer, scheduler, written, answer, stall, discardedCount } = await setUp();
    const printed = printer.print(new Uint8Array(3_000));
    await turn();
    for (let n = 1; n <= 3; n += 1) await answer(well);
    stall();
    await answer(well);
    scheduler.advance(defaultSessionSettings.writeTimeoutMs);
    expect(await printed).toEqual({ kind: 'uncertain', reason: 'the line was lost or stalled midway' });
    expect(discardedCount()).toBe(1);

    await turn();
    scheduler.advance(defaultSessionSettings.firstRetryMs);
    await turn();
    const before = written.length;
    const status = printer.status();
    await turn();
    expect(written.slice(before)).toEqual(['00'.repeat(1024)]);
    scheduler.advance(defaultSessionSettings.writeTimeoutMs);
    expect(await status).toMatchObject({ kind: 'unknown' });
    await printer.stop();
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('is uncertain when the printer falls silent after the last byte', async () => {
    const { printer, scheduler, answerWell } = await setUp();
    const printed = printer.print(Uint8Array.of(0x41));
    await turn();
    await answerWell();
    scheduler.advance(defaultSessionSettings.completionPollMs);
    await turn();
    scheduler.advance(defaultSessionSettings.statusTimeoutMs);
    expect(await printed).toEqual({ kind: 'uncertain', reason: 'the printer does not answer' });
    await printer.stop();
  });

  it('is uncertain when the paper ends with the last line', async () => {
    const { printer, answer, answerWell } = await setUp();
    const printed = printer.print(Uint8Array.of(0x41));
    await turn();
    await answerWell();
    await answer(0x00);
    for (const byte of [0x1a, 0x32, 0x12, 0x7e]) await answer(byte);
    expect(await printed).toEqual({ kind: 'uncertain', reason: 'printer: paper-out' });
    await printer.stop();
  });

  it('ends a job under way as uncertain when it is stopped', async () => {
    const { printer, answerWell, scheduler } = await setUp();
    const printed = printer.print(Uint8Array.of(0x41));
    await turn();
    await answerWell();
    await printer.stop();
    expect(await printed).toMatchObject({ kind: 'uncertain' });
    expect(scheduler.pendingCount()).toBe(0);
  });
});
