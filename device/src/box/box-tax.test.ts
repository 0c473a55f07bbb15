import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { splitRefundTax, splitTax, type TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, cardSale, cashSale, issuedTerms, noonMs } from '../testing/terminal-samples.ts';

const exempt = { taxation: 'exempt', vatType: 'general' } as const;
const simplified = { taxation: 'taxable', vatType: 'simplified' } as const;

let folder: string;
let harness: BoxHarness;
let scheduler: ReturnType<typeof createVirtualScheduler>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'box-tax-'));
  scheduler = createVirtualScheduler(noonMs);
  await start();
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  harness = await startBoxHarness({ journal: openSqliteJournal(join(folder, 'box.sqlite')), scheduler });
  harness.connect(true);
  await until(() => expect(harness.sent.some(({ type }) => type === 'clock.query')).toBe(true));
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(counter().kind === 'idle' && harness.box.view().clockTrusted).toBe(true));
}
const counter = () => harness.box.view().counter;
const slips = () => harness.printed.map((text) => JSON.parse(text) as Receipt & { tax?: TaxedAmount });
const slip = (count: number) =>
  until(() => {
    expect(slips()).toHaveLength(count);
    return slips().at(-1);
  });

async function sell(tax: Approval['tax']): Promise<PaymentId> {
  await harness.box.submit({ kind: 'sale-entered', sale: cardSale });
  harness.scan('SP1:SAMPLE');
  await until(() => expect(counter().kind).toBe('paying'));
  const paymentId = counter().paymentId as PaymentId;
  const { tax: _tax, ...rest } = approval;
  const told = { ...rest, ...(tax && { tax }) };
  await harness.say({ type: 'payment.result', paymentId, outcome: { kind: 'approved', approval: told } });
  await until(() => expect(counter().kind).toBe('approved'));
  return paymentId;
}
async function refund(paymentId: PaymentId, amount: number, tax?: TaxedAmount): Promise<void> {
  const before = harness.sent.filter(({ type }) => type === 'payment.cancel').length;
  await harness.box.requestCancel(paymentId, won(amount));
  const cancels = () => harness.sent.filter((message) => message.type === 'payment.cancel');
  await until(() => expect(cancels().length).toBeGreaterThan(before));
  const { cancelId } = cancels().at(-1)!;
  const { businessDate } = approval;
  const outcome = { kind: 'cancelled', cancelledAtMs: noonMs, businessDate, ...(tax && { tax }) } as const;
  await harness.say({ type: 'cancel.result', cancelId, paymentId, outcome });
  await until(() => expect(counter().kind).toBe('cancelled'));
}

describe('the tax of a sale at the box', () => {
  it.each([exempt, simplified])('is printed and shown as the operator said: %j', async (terms) => {
    const tax = splitTax(won(45_000), terms);
    await sell(tax);
    expect(counter().approval?.tax).toEqual(tax);
    expect(await slip(1)).toMatchObject({ kind: 'sale', tax });
  });

  it('of a refund is its own part, printed and shown, and the parts are the whole', async () => {
    const tax = splitTax(won(45_000), {});
    const paymentId = await sell(tax);
    const parts = [10_007, 1, 34_992].map((amount, at) =>
      splitRefundTax({}, won([0, 10_007, 10_008][at] ?? 0), won(amount)),
    );
    for (const part of parts) {
      await refund(paymentId, part.supplyWon + part.vatWon, part);
      expect(counter().refundTax).toEqual(part);
    }
    await slip(4);
    expect(slips().map((each) => each.tax)).toEqual([tax, ...parts]);
    expect(parts.reduce((sum, { vatWon }) => sum + vatWon, 0)).toBe(tax.vatWon);
  });

  it('is still known when the slip is printed again after a power cut', async () => {
    const tax = splitTax(won(45_000), exempt);
    await sell(tax);
    await slip(1);
    await harness.stop();
    await start();
    harness.box.spool.reprint(1, noonMs);
    expect(await slip(1)).toMatchObject({ reprint: true, tax });
  });

  it('is the usual one where an operator of before says nothing', async () => {
    const paymentId = await sell(undefined);
    await refund(paymentId, 10_007);
    expect(counter().refundTax).toBeNull();
    await slip(2);
    expect(slips().map((each) => each.tax)).toEqual([
      splitTax(won(45_000), {}),
      splitRefundTax({}, won(0), won(10_007)),
    ]);
  });
});

describe('the tax of cash taken offline', () => {
  it.each([exempt, simplified, {}])('is that of the terms, on the slip and on the page: %j', async (tax) => {
    const [offer] = issuedTerms().terms.offers;
    await harness.say({ type: 'merchant.terms', ...issuedTerms({ offers: [{ ...offer!, ...tax }] }) });
    await until(() => expect(harness.box.view().offline.whyNot).toBeNull());
    harness.connect(false);
    await until(() => expect(harness.box.view().linkUp).toBe(false));
    await harness.box.submit({ kind: 'sale-entered', sale: cashSale });
    harness.scan('SP1:SAMPLE');
    await until(() => expect(counter().kind).toBe('redeemed'));
    expect(counter().redemption?.tax).toEqual(splitTax(won(45_000), tax));
    expect(await slip(1)).toMatchObject({ kind: 'offline', tax: splitTax(won(45_000), tax) });
  });
});
