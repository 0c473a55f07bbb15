import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it } from 'vitest';
import { maxJobBytes, type Printer } from '../../../ports/printer.ts';
import { printOnPaper } from '../../../testing/escpos-paper.ts';
import { type CreateRig, contractSettings, createRigKeeper, slipA, slipB } from './printer-rig.ts';

/** Before a job: four questions of three bytes each, and GS a. Behind it: GS r. */
const [openingBytes, completionBytes] = [15, 3];

/** What every printer driver promises, with or without a printer. */
export function describePrinterPort(name: string, create: () => Promise<{ printer: Printer; close(): Promise<void> }>) {
  describe(`${name}: any printer`, () => {
    it('refuses jobs that are empty or too large', async () => {
      const { printer, close } = await create();
      await printer.start();
      await expect(printer.print(new Uint8Array())).rejects.toMatchObject({ code: 'invalid_input' });
      await expect(printer.print(new Uint8Array(maxJobBytes + 1))).rejects.toMatchObject({ code: 'too_large' });
      await printer.stop();
      await close();
    });

    it('answers before it is started and after it is stopped, and stops twice', async () => {
      const { printer, close } = await create();
      expect(await printer.status()).toMatchObject({ kind: 'unknown' });
      await printer.start();
      await printer.stop();
      await printer.stop();
      expect(await printer.status()).toMatchObject({ kind: 'unknown' });
      const { kind } = await printer.print(slipA);
      expect(['fault', 'no-printer']).toContain(kind);
      await close();
    });
  });
}

/** What every driver with a printer behind it promises. */
export function describeConnectedPrinter(name: string, createRig: CreateRig) {
  describe(`${name}: a printer that is well`, () => {
    const { create, setUp } = createRigKeeper(createRig);
    it('prints the very bytes and says so', async () => {
      const { printer, slips } = await setUp();
      expect(await printer.print(slipA)).toEqual({ kind: 'printed' });
      expect(slips.map((slip) => Buffer.from(slip))).toEqual([slipA]);
    });

    it('sends nothing before it is started', async () => {
      const rig = await create({});
      await expect(rig.printer.print(slipA)).resolves.toEqual({ kind: 'fault', faults: ['offline'] });
      expect(rig.receivedBytes()).toBe(0);
    });

    it('prints jobs whole, one after the other, in order', async () => {
      const { printer, slips } = await setUp();
      const results = await Promise.all([slipA, slipB, slipA, slipB].map((slip) => printer.print(slip)));
      expect(results).toEqual(Array(4).fill({ kind: 'printed' }));
      expect(slips.map((slip) => slip.length)).toEqual([slipA, slipB, slipA, slipB].map((slip) => slip.length));
    });

    it('prints the largest job unchanged', async () => {
      const { printer, slips } = await setUp();
      const lines = `${'x'.repeat(40)}\n`.repeat(1_600).slice(0, maxJobBytes - 4);
      const job = Buffer.concat([Buffer.from(lines), Buffer.of(0x1d, 0x56, 66, 0)]);
      expect(await printer.print(job)).toEqual({ kind: 'printed' });
      expect(Buffer.from(slips[0]!).equals(job)).toBe(true);
    });

    it('refuses more jobs than it can keep', async () => {
      const { printer } = await setUp();
      const jobs = Array.from({ length: 20 }, () => printer.print(slipB));
      const results = await Promise.allSettled(jobs);
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(16);
      expect(results.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'busy' } });
    });

    it('says when the roll is about to end, and prints', async () => {
      const { printer, emulator } = await setUp();
      emulator.set({ nearEnd: true });
      expect(await printer.status()).toEqual({ kind: 'ok', nearEnd: true });
      expect(await printer.print(slipA)).toEqual({ kind: 'printed' });
    });
  });

  describe(`${name}: a printer in trouble`, () => {
    const { create, setUp } = createRigKeeper(createRig);
    it.each([
      ['paperOut', 'paper-out'],
      ['coverOpen', 'cover-open'],
      ['cutterJammed', 'cutter'],
    ] as const)('prints nothing with %s, names %s, and prints once it is put right', async (condition, fault) => {
      const { printer, emulator, slips } = await setUp();
      emulator.set({ [condition]: true });
      expect(await printer.status()).toMatchObject({ kind: 'fault', faults: [fault] });
      expect(await printer.print(slipA)).toEqual({ kind: 'fault', faults: [fault] });
      emulator.set({ [condition]: false });
      expect(slips).toEqual([]);
      expect(await printer.print(slipA)).toEqual({ kind: 'printed' });
      expect(slips).toHaveLength(1);
    });

    it('is uncertain when the cover is opened midway; the next job waits for the rest of the last', async () => {
      const { printer, emulator, scheduler, slips } = await setUp();
      emulator.setAfter(Math.floor(slipA.length / 2), { coverOpen: true });
      const broken = printer.print(slipA);
      await until(() => expect(emulator.condition.coverOpen).toBe(true));
      await scheduler.whenArmed(contractSettings.completionPollMs);
      scheduler.advance(contractSettings.completionPollMs);
      expect(await broken).toMatchObject({ kind: 'uncertain', reason: 'printer: cover-open' });
      expect(await printer.print(slipB)).toEqual({ kind: 'fault', faults: ['cover-open'] });
      expect(slips).toEqual([]);

      emulator.set({ coverOpen: false });
      const next = printer.print(slipB);
      // Two late answers: the one of the broken job, and the one asked for now.
      await scheduler.whenArmed(contractSettings.quietMs);
      scheduler.advance(contractSettings.quietMs);
      expect(await next).toEqual({ kind: 'printed' });
      expect(slips.map((slip) => Buffer.from(slip))).toEqual([slipA, slipB]);
    });

    it('does not take silence for an answer, and recovers', async () => {
      const { printer, emulator, scheduler, slips } = await setUp();
      emulator.set({ silent: true });
      const status = printer.status();
      await scheduler.whenArmed(contractSettings.statusTimeoutMs);
      scheduler.advance(contractSettings.statusTimeoutMs);
      expect(await status).toEqual({ kind: 'unknown', reason: 'the printer does not answer' });
      expect(slips).toEqual([]);

      emulator.set({ silent: false });
      await scheduler.whenArmed(contractSettings.firstRetryMs);
      scheduler.advance(contractSettings.firstRetryMs);
      expect(await printer.print(slipA)).toEqual({ kind: 'printed' });
    });

    it('cannot confirm the print of a printer without GS r', async () => {
      const rig = await create({});
      const { printer, emulator, scheduler, slips } = rig;
      emulator.set({ withoutInOrderStatus: true });
      await printer.start();
      const status = printer.status();
      for (let waitedMs = 0; waitedMs < contractSettings.firstAnswerTimeoutMs; ) {
        await scheduler.whenArmed(contractSettings.completionPollMs);
        scheduler.advance(contractSettings.completionPollMs);
        waitedMs += contractSettings.completionPollMs;
      }
      await scheduler.whenArmed(contractSettings.quietMs);
      scheduler.advance(contractSettings.quietMs);
      expect(await status).toEqual({ kind: 'ok' });
      const result = printer.print(slipA);
      for (let waitedMs = 0; waitedMs < contractSettings.completionTimeoutMs; ) {
        await scheduler.whenArmed(contractSettings.completionPollMs);
        scheduler.advance(contractSettings.completionPollMs);
        waitedMs += contractSettings.completionPollMs;
      }
      expect(await result).toEqual({ kind: 'sent-unconfirmed' });
      expect(slips).toHaveLength(1);
    });

    it('does not take a job for printed whose printer was switched off and on', async () => {
      const { printer, emulator, scheduler, slips, receivedBytes } = await setUp();
      const before = receivedBytes();
      emulator.setAfter(Math.floor(slipA.length / 2), { paperOut: true });
      const broken = printer.print(slipA);
      // All of it is in the buffer that is forgotten, with the question behind it; a line brings it in pieces.
      await until(() => expect(receivedBytes() - before).toBe(openingBytes + slipA.length + completionBytes));
      emulator.powerCycle();
      emulator.set({ paperOut: false });
      for (let waitedMs = 0; waitedMs < contractSettings.completionTimeoutMs; ) {
        await scheduler.whenArmed(contractSettings.completionPollMs);
        scheduler.advance(contractSettings.completionPollMs);
        waitedMs += contractSettings.completionPollMs;
      }
      expect(await broken).toMatchObject({ kind: 'uncertain', reason: expect.stringContaining('forgotten') });
      const next = printer.print(slipB);
      await scheduler.whenArmed(contractSettings.quietMs);
      scheduler.advance(contractSettings.quietMs);
      expect(await next).toEqual({ kind: 'printed' });
      expect(slips.map((slip) => Buffer.from(slip))).toEqual([slipB]);
    });

    it('tells of a fault and of its end unasked, also after it was switched off and on', async () => {
      const { printer, emulator, heard } = await setUp();
      await until(() => expect(heard).toEqual([{ kind: 'ok' }]));
      for (let round = 0; round < 2; round += 1) {
        heard.length = 0;
        emulator.set({ coverOpen: true });
        emulator.set({ coverOpen: false, nearEnd: true });
        emulator.set({ nearEnd: false });
        await until(() => expect(heard).toHaveLength(3));
        expect(heard).toEqual([
          { kind: 'fault', faults: ['cover-open'] },
          { kind: 'ok', nearEnd: true },
          { kind: 'ok' },
        ]);
        emulator.powerCycle();
        expect(await printer.status()).toEqual({ kind: 'ok' });
        await until(() => expect(heard).toHaveLength(4));
      }
    });

    it('is asked for its status when it says nothing unasked', async () => {
      const rig = await create({});
      rig.emulator.set({ withoutAutomaticStatus: true });
      await rig.printer.start((status) => rig.heard.push(status));
      const first = rig.printer.status();
      await rig.scheduler.whenArmed(contractSettings.quietMs);
      rig.scheduler.advance(contractSettings.quietMs);
      expect(await first).toEqual({ kind: 'ok' });
      rig.emulator.set({ coverOpen: true });
      const before = rig.receivedBytes();
      expect(await rig.printer.status()).toEqual({ kind: 'fault', faults: ['cover-open'] });
      rig.emulator.set({ coverOpen: false });
      expect(await rig.printer.status()).toEqual({ kind: 'ok' });
      // Twelve bytes of questions each time: it has shown that it does not know GS a.
      expect(rig.receivedBytes() - before).toBe(24);
      expect(rig.heard).toEqual([]);
    });

    it('sends without asking when there is no status channel', async () => {
      const { printer, emulator, slips } = await setUp({ hasStatusChannel: false });
      emulator.set({ silent: true });
      expect(await printer.print(slipA)).toEqual({ kind: 'sent-unconfirmed' });
      await until(() => expect(slips).toHaveLength(1));
      expect(await printer.status()).toEqual({
        kind: 'unknown',
        reason: 'the printer has no status channel',
        cause: 'no-status-line',
      });
    });
  });

  describe(`${name}: a line that breaks`, () => {
    const { setUp } = createRigKeeper(createRig);
    it('is noticed, is no fault of a job not begun, and heals', async () => {
      const retryMs = contractSettings.firstRetryMs;
      const rig = await setUp({ longestRetryMs: retryMs });
      const { printer, scheduler, slips } = rig;
      expect(await printer.status()).toEqual({ kind: 'ok' });
      await rig.unplug();
      await scheduler.whenArmed(retryMs);
      const status = printer.status();
      await scheduler.whenArmed(contractSettings.connectWaitMs);
      scheduler.advance(contractSettings.connectWaitMs);
      expect(await status).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('not connected') });

      // An attempt was made in vain meanwhile; the next one comes after the cable is back.
      await scheduler.whenArmed(retryMs);
      await rig.plugIn();
      const printed = printer.print(slipA);
      scheduler.advance(retryMs);
      expect(await printed).toEqual({ kind: 'printed' });
      expect(slips).toHaveLength(1);
    });

    it('leaves a job uncertain when it breaks midway, and the next one whole', async () => {
      const rig = await setUp();
      const { printer, scheduler, slips } = rig;
      expect(await printer.status()).toEqual({ kind: 'ok' });
      // The printer is left waiting for the rest of a QR code.
      rig.unplugAfter(openingBytes + Buffer.from(slipA).indexOf('SR1:') + 10);
      expect(await printer.print(slipA)).toMatchObject({ kind: 'uncertain' });
      expect(slips).toEqual([]);

      await rig.plugIn();
      await scheduler.whenArmed(contractSettings.firstRetryMs);
      scheduler.advance(contractSettings.firstRetryMs);
      const next = printer.print(slipB);
      await scheduler.whenArmed(contractSettings.quietMs);
      scheduler.advance(contractSettings.quietMs);
      expect(await next).toEqual({ kind: 'printed' });
      const printed = printOnPaper(slips[0]!, 42);
      expect(printed.cells.map((cell) => cell.character).join('')).toContain('시험 인쇄');
      expect(printed.bitmaps).toEqual([]);
    });

    it('ends what waits when it is stopped', async () => {
      const { printer, emulator, scheduler } = await setUp();
      emulator.set({ silent: true });
      const status = printer.status();
      const job = printer.print(slipA);
      await scheduler.whenArmed(contractSettings.statusTimeoutMs);
      await printer.stop();
      expect(await status).toMatchObject({ kind: 'unknown' });
      expect(await job).toEqual({ kind: 'fault', faults: ['offline'] });
    });

    it('starts again after a stop', async () => {
      const { printer, slips } = await setUp();
      expect(await printer.print(slipA)).toEqual({ kind: 'printed' });
      await printer.stop();
      await printer.start();
      expect(await printer.print(slipB)).toEqual({ kind: 'printed' });
      expect(slips).toHaveLength(2);
    });
  });
}
