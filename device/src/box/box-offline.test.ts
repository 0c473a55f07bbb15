import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, cardSale, cashSale, issuedTerms, noonMs } from '../testing/terminal-samples.ts';

let folder: string;
let harness: BoxHarness;
let scheduler: ReturnType<typeof createVirtualScheduler>;

const start = async (): Promise<void> => {
  harness = await startBoxHarness({ journal: openSqliteJournal(join(folder, 'box.sqlite')), scheduler });
};
const powerCut = async (): Promise<void> => {
  await harness.stop();
  await start();
};
const connect = async (): Promise<void> => {
  const asked = harness.sent.filter(({ type }) => type === 'clock.query').length;
  harness.connect(true);
  await until(() => {
    expect(harness.sent.filter(({ type }) => type === 'clock.query').length).toBeGreaterThan(asked);
  });
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(harness.box.view()).toMatchObject({ linkUp: true, clockTrusted: true }));
};
const disconnect = async (): Promise<void> => {
  harness.connect(false);
  await until(() => expect(harness.box.view().linkUp).toBe(false));
};
const requests = () => harness.sent.filter((message) => message.type === 'payment.request');
const slips = () => harness.printed.map((text) => JSON.parse(text) as { kind: string; code?: string });
const counter = () => harness.box.view().counter;

/** Online once, told the terms, then cut off. */
async function startOffline(): Promise<void> {
  await start();
  await connect();
  await harness.say({ type: 'merchant.terms', ...issuedTerms() });
  await until(() => expect(harness.box.view().offline.whyNot).toBeNull());
  await disconnect();
}
async function redeem(): Promise<string> {
  await harness.box.submit({ kind: 'sale-entered', sale: cashSale });
  harness.scan('SP1:SAMPLE');
  await until(() => expect(counter().kind).toBe('redeemed'));
  return counter().paymentId ?? '';
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'box-offline-'));
  scheduler = createVirtualScheduler(noonMs);
  await startOffline();
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

describe('the box offline', () => {
  it('refuses a card before anything is scanned, and says what may still be redeemed', async () => {
    await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
    expect(counter()).toMatchObject({ kind: 'refused', code: 'offline' });
    expect(harness.box.view()).toMatchObject({ light: 'declined', offline: { leftCount: 20, leftWon: 1_000_000 } });
    expect(requests()).toEqual([]);
  });

  it('redeems for cash with a slip, sends nothing, and takes the same coupon no second time', async () => {
    await redeem();
    await until(() => expect(slips()).toMatchObject([{ kind: 'offline', chargedWon: 45_000 }]));
    expect(harness.box.view()).toMatchObject({ openCount: 0, offline: { waitingCount: 1, waitingWon: 45_000 } });
    await harness.box.submit({ kind: 'sale-entered', sale: cashSale });
    harness.scan('SP1:SAMPLE');
    await until(() => expect(counter()).toMatchObject({ kind: 'refused', code: 'coupon_used' }));
    expect(requests()).toEqual([]);
  });

  it('knows its terms after a power cut, but decides nothing before somebody vouches for the time', async () => {
    await powerCut();
    await harness.box.submit({ kind: 'sale-entered', sale: cashSale });
    harness.scan('SP1:SAMPLE');
    await until(() => expect(counter()).toMatchObject({ kind: 'refused', code: 'clock_untrusted' }));
    expect(harness.box.view().offline.whyNot).toBe('clock_untrusted');
    await connect();
    await disconnect();
    await redeem();
  });

  it('stops when the terms have run out', async () => {
    scheduler.advance(86_400_000);
    await harness.box.submit({ kind: 'sale-entered', sale: cashSale });
    expect(counter()).toMatchObject({ kind: 'refused', code: 'offline_terms_missing' });
  });

  it('tells the operator with the very same signed request, also after a power cut, until it is answered', async () => {
    const paymentId = await redeem();
    await connect();
    await until(() => expect(requests()).toHaveLength(1));
    const [before] = requests();
    await powerCut();
    await connect();
    await until(() => expect(requests()).toHaveLength(1));
    expect(requests()).toEqual([before]);
    expect(before).toMatchObject({ paymentId, offline: { chargedWon: 45_000, redeemedAtMs: noonMs } });
    await until(() => {
      scheduler.advance(2_000);
      expect(requests().length).toBeGreaterThan(2);
    });
  });

  it('closes it once, however often the answer comes, and prints the customer no second slip', async () => {
    const paymentId = (await redeem()) as never;
    await connect();
    await until(() => expect(requests()).toHaveLength(1));
    const answer = { type: 'payment.result', paymentId, outcome: { kind: 'approved', approval } } as const;
    for (let times = 0; times < 3; times++) await harness.say(answer);
    await until(() => expect(harness.box.view().offline.waitingCount).toBe(0));
    expect(harness.box.journal.bookedEvents(approval.businessDate)).toHaveLength(1);
    expect(slips().map(({ kind }) => kind)).toEqual(['offline']);
    // An answer that was overtaken changes nothing any more.
    await harness.say({ ...answer, outcome: { kind: 'declined', code: 'coupon_used' } });
    expect(harness.box.journal.findPayment(paymentId)?.state).toBe('approved');
  });

  it('prints what the operator did not take, and shows it with its reason', async () => {
    const paymentId = (await redeem()) as never;
    await connect();
    await until(() => expect(requests()).toHaveLength(1));
    await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'declined', code: 'coupon_used' } });
    await until(() => expect(slips().map(({ kind }) => kind)).toEqual(['offline', 'offline-refused']));
    expect(harness.box.view().offline).toMatchObject({
      waitingCount: 0,
      refused: [{ paymentId, code: 'coupon_used', reason: { ko: '이미 사용한 쿠폰입니다.' }, chargedWon: 45_000 }],
    });
  });
});
