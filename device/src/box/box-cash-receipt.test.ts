import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportPgBoxPublicKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, pgBoxPublicKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { receiptKey } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import type { CashReceiptOrder } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import { openReceiptIdentity } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import type { CounterBox } from '../ports/counter-box.ts';
import { type BoxHarness, startBoxHarness } from '../testing/box-harness.ts';
import { approval, noonMs } from '../testing/terminal-samples.ts';
import { createCounterBox } from './counter-box.ts';

const mobile = '01055556789';
const key = exportPgBoxPublicKey(pgBoxPublicKeyOf(receiptKey));
const cashReceipt = { purpose: 'income-deduction', number: mobile } as const;
const sale = { tender: 'cash', listAmountWon: won(50_000), headcount: 2, cashReceipt } as const;
const note = { purpose: 'income-deduction', numberMasked: '010-****-6789', selfIssued: false } as const;
const approved = {
  kind: 'approved',
  approval: { ...approval, tender: 'cash', cardLast4: null, cashReceipt: note },
} as const;
const issued: CashReceiptOrder = {
  kind: 'issue',
  cancelId: null,
  amountWon: won(45_000),
  state: 'issued',
  approvalNumber: '204817365',
  approvedOn: approval.businessDate,
  code: null,
  changedAtMs: noonMs,
};

let folder: string;
let harness: BoxHarness;
let counter: CounterBox;
let scheduler: ReturnType<typeof createVirtualScheduler>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'box-'));
  scheduler = createVirtualScheduler(noonMs);
  harness = await startBoxHarness({ journal: openSqliteJournal(join(folder, 'box.sqlite')), scheduler });
  counter = createCounterBox(harness.box, { ids: { paymentId: () => 'unused' } as never, camera: undefined });
  harness.connect(true);
  await until(() => expect(harness.sent.some(({ type }) => type === 'clock.query')).toBe(true));
  await harness.answerClock(scheduler.nowMs());
  await until(() => expect(counter.view().light).toBe('ready'));
});
afterEach(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true });
});

const giveKey = async () => {
  await harness.say({ type: 'cash-receipt.key', key });
  await until(() => expect(counter.view().takesCashReceipts).toBe(true));
};
const request = () =>
  until(() => {
    const found = harness.sent.findLast((message) => message.type === 'payment.request');
    if (found === undefined) throw new Error('no request yet');
    return found;
  });
async function sell(): Promise<PaymentId> {
  await giveKey();
  expect(await counter.enterSale(sale)).toMatchObject({ ok: true });
  harness.scan('SP1:SAMPLE');
  const { paymentId } = await request();
  await harness.say({ type: 'payment.result', paymentId, outcome: approved });
  await until(() => expect(counter.view().counter.kind).toBe('approved'));
  return paymentId;
}

describe('a cash receipt at the box', () => {
  it('is asked for only with cash, a sound number, and once the operator gave its key', async () => {
    expect(await counter.enterSale(sale)).toMatchObject({ code: 'cash_receipt_unavailable' });
    await giveKey();
    expect(await counter.enterSale({ ...sale, tender: 'card' })).toMatchObject({ code: 'invalid_input' });
    const wrong = { ...sale, cashReceipt: { ...cashReceipt, number: '010-1234-567' } };
    expect(await counter.enterSale(wrong)).toMatchObject({ code: 'cash_receipt_number_invalid' });
    expect(await counter.enterSale(sale)).toMatchObject({ ok: true });
    expect(counter.view().counter.sale?.cashReceipt).toEqual({
      purpose: 'income-deduction',
      numberMasked: '010-****-6789',
    });
  });

  it('carries the number sealed, and leaves it in no file', async () => {
    await sell();
    const { cashReceipt: asked } = await request();
    const of = { deviceId: harness.box.view().deviceId as never, purpose: 'income-deduction' } as const;
    expect(openReceiptIdentity(asked?.sealed ?? '', of, createKeyring([receiptKey]))).toMatchObject({
      ok: true,
      value: { digits: mobile },
    });
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(mobile)).toBe(false);
  });

  it('waits two seconds with the slip, so that it has the number', async () => {
    const paymentId = await sell();
    expect(harness.printed).toEqual([]);
    await harness.say({ type: 'cash-receipt.state', paymentId, order: issued });
    await until(() => expect(harness.printed).toHaveLength(1));
    expect(JSON.parse(harness.printed[0] ?? '')).toMatchObject({
      kind: 'sale',
      cashReceipt: { ...note, state: 'issued', approvalNumber: '204817365' },
    });
    expect(counter.view().counter.cashReceipt?.orders).toEqual([issued]);
  });

  it('prints without the number when it is late; the copy has it', async () => {
    const paymentId = await sell();
    scheduler.advance(2_000);
    await until(() => expect(harness.printed).toHaveLength(1));
    expect(JSON.parse(harness.printed[0] ?? '')).toMatchObject({ cashReceipt: { state: 'requested' } });
    await harness.say({ type: 'cash-receipt.state', paymentId, order: issued });
    await until(() => expect(counter.payments(1)[0]?.cashReceipt?.orders).toEqual([issued]));
    counter.reprint(1);
    await until(() => expect(harness.printed).toHaveLength(2));
    expect(JSON.parse(harness.printed[1] ?? '')).toMatchObject({
      reprint: true,
      cashReceipt: { approvalNumber: '204817365' },
    });
  });

  it('asks what became of it, and takes no older word for a newer one', async () => {
    const paymentId = await sell();
    harness.connect(false);
    harness.connect(true);
    await until(() =>
      expect(harness.sent.findLast(({ type }) => type === 'cash-receipt.query')).toMatchObject({
        paymentIds: [paymentId],
      }),
    );
    await harness.say({ type: 'cash-receipt.state', paymentId, order: issued });
    await until(() => expect(counter.payments(1)[0]?.cashReceipt?.orders).toEqual([issued]));
    const older = { ...issued, state: 'failed' as const, approvalNumber: null, changedAtMs: noonMs - 1 };
    await harness.say({ type: 'cash-receipt.state', paymentId, order: older });
    await harness.say({ type: 'cash-receipt.key', key: null });
    await until(() => expect(counter.view().takesCashReceipts).toBe(false));
    expect(counter.payments(1)[0]?.cashReceipt?.orders).toEqual([issued]);
  });
});
