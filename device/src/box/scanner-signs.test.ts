import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, cardSale, limits, noonMs } from '../testing/terminal-samples.ts';

const scheduler = createVirtualScheduler(noonMs);
let harness: BoxHarness;

beforeEach(async () => {
  harness = await startBoxHarness({ journal: openSqliteJournal(':memory:'), scheduler });
  harness.connect(true);
  await until(() => expect(harness.sent.some(({ type }) => type === 'clock.query')).toBe(true));
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(harness.box.view().light).toBe('ready'));
});
afterEach(() => harness.stop());

const enter = () => harness.box.submit({ kind: 'sale-entered', sale: cardSale });
const pay = async () => {
  await enter();
  harness.scan('SP1:SAMPLE');
  return until(() => {
    const request = harness.sent.findLast((message) => message.type === 'payment.request');
    if (request === undefined) throw new Error('no request yet');
    return request;
  });
};

describe('createScannerSigns', () => {
  it('opens the trigger for the time a coupon is waited for, and signs the approval', async () => {
    const { paymentId } = await pay();
    expect(harness.waits).toEqual([false, true, false]);
    expect(harness.signs).toEqual([]);
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
    await until(() => expect(harness.signs).toEqual(['approved']));
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } });
    await harness.box.submit({ kind: 'tick' });
    expect(harness.signs).toEqual(['approved']);
  });

  it('tells declined from refused, and each refused scan anew', async () => {
    await enter();
    for (const text of ['FOREIGN', 'FOREIGN']) {
      harness.scan(text);
      await harness.box.submit({ kind: 'tick' });
    }
    expect(harness.signs).toEqual(['refused', 'refused']);
    expect(harness.waits).toEqual([false, true]);
    const { paymentId } = await pay();
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'declined', code: 'coupon_used' } });
    await until(() => expect(harness.signs).toEqual(['refused', 'refused', 'declined']));
  });

  it('signs an unknown payment once, while it is asked after and reversed', async () => {
    await pay();
    for (let waitedMs = 0; waitedMs < 8 * limits.deadlineMs; waitedMs += limits.repeatMs) {
      scheduler.advance(limits.repeatMs);
      await harness.box.submit({ kind: 'tick' });
    }
    expect(harness.signs).toEqual(['unknown']);
  });
});
