import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import type { PrintResult } from '../ports/printer.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, cardSale, noonMs } from '../testing/terminal-samples.ts';

let folder: string;
let harness: BoxHarness;
const scheduler = createVirtualScheduler(noonMs);

const start = async (options: { print?: (bytes: string) => PrintResult } = {}): Promise<void> => {
  harness = await startBoxHarness({ journal: openSqliteJournal(join(folder, 'box.sqlite')), scheduler, ...options });
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
/** Enters the sale and scans; resolves with the request the box sent. */
const pay = async () => {
  await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
  harness.scan('SP1:SAMPLE');
  return until(() => {
    const request = harness.sent.findLast((message) => message.type === 'payment.request');
    if (request === undefined) throw new Error('no request yet');
    return request;
  });
};
const kind = () => harness.box.view().counter.kind;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'box-'));
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

describe('the box', () => {
  it('sells: request, approval, receipt, light', async () => {
    await start();
    await ready();
    const { paymentId } = await pay();
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
    await until(() => expect(harness.printed).toHaveLength(1));
    expect(kind()).toBe('approved');
    expect(harness.lights).toEqual(['starting', 'offline', 'starting', 'ready', 'busy', 'approved']);
    expect(JSON.parse(harness.printed[0] ?? '')).toMatchObject({ kind: 'sale', paymentId, reprint: false });
  });

  it('decides no validity before the operator told the time, and then by the operator’s clock', async () => {
    await start();
    await connect();
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    harness.scan('SP1:SAMPLE');
    await until(() => expect(harness.box.view().counter.code).toBe('clock_untrusted'));
    await harness.answerClock(noonMs + 90_000_000);
    await until(() => expect(harness.box.view().clockTrusted).toBe(true));
    harness.scan('SP1:SAMPLE');
    await until(() => expect(harness.box.view().counter.code).toBe('coupon_expired'));
  });

  it('believes nobody but the operator, and only what is meant for it', async () => {
    await start();
    await ready();
    const { paymentId } = await pay();
    const result = { type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } } as const;
    await harness.say(result, { forged: true });
    await harness.say(result, { deviceId: 'box-other' as DeviceId });
    await harness.box.submit({ kind: 'tick' });
    expect(kind()).toBe('paying');
    expect(harness.printed).toEqual([]);
  });

  it('takes an unanswered payment up again after a power cut and reverses it', async () => {
    await start();
    await ready();
    const { paymentId } = await pay();
    await harness.stop();
    await start();
    expect(kind()).toBe('unknown');
    harness.connect(true);
    await until(() => expect(harness.sent.map(({ type }) => type)).toContain('payment.inquiry'));
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'not-seen' } });
    await until(() => expect(harness.sent.map(({ type }) => type)).toContain('payment.reversal'));
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'reversed' } });
    await until(() => expect(kind()).toBe('reversed'));
    expect(harness.printed).toEqual([]);
  });

  it('tells the clerk of a line that is no text, and keeps noise to the log', async () => {
    await start();
    await ready();
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    harness.garble('half-line');
    await harness.box.submit({ kind: 'tick' });
    expect(kind()).toBe('awaiting-scan');
    for (const reason of ['not-text', 'too-long'] as const) {
      await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
      harness.garble(reason);
      await until(() => expect(kind()).toBe('refused'));
      expect(harness.box.view().counter).toMatchObject({ code: 'barcode_unreadable', sale: cardSale });
    }
  });

  it('notices that the network is gone, however much is scanned meanwhile', async () => {
    await start();
    await ready();
    for (let scan = 0; scan < 1_000; scan++) harness.scan('https://example.com');
    harness.connect(false);
    await until(() => expect(harness.box.view().linkUp).toBe(false));
  });
});

describe('the spool', () => {
  const sell = async (): Promise<void> => {
    const { paymentId } = await pay();
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
  };
  const banners = () => harness.printed.map((text) => JSON.parse(text).reprint as boolean);

  it('waits for paper and then prints the first copy unmarked', async () => {
    let paper = false;
    await start({ print: () => (paper ? { kind: 'printed' } : { kind: 'fault', faults: ['paper-out'] }) });
    await ready();
    await sell();
    await until(() => expect(harness.box.view()).toMatchObject({ printer: 'fault', receiptsWaiting: 1 }));
    paper = true;
    await until(async () => {
      scheduler.advance(1_000);
      expect(harness.printed).toHaveLength(1);
    });
    expect(banners()).toEqual([false]);
  });

  it('marks what may have been printed before', async () => {
    let tries = 0;
    await start({
      print: () => (++tries === 1 ? { kind: 'uncertain', reason: 'line dropped' } : { kind: 'printed' }),
    });
    await ready();
    await sell();
    await until(async () => {
      scheduler.advance(1_000);
      expect(harness.printed).toHaveLength(2);
    });
    expect(banners()).toEqual([false, true]);
  });
});
