import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { receiptKey } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { parseReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import type { CashReceiptState } from '@scanpay/shared/cash-receipt/messages.ts';
import { receiptSealKeyOf, sealReceiptIdentity } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import { won } from '@scanpay/shared/money.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import type { SealedRequest, TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
const start = async (options: Parameters<typeof createOperatorWorld>[0] = {}) => {
  world = await createOperatorWorld(options);
  box = await world.enrol('box-1');
};
beforeEach(() => start());
afterEach(() => world.dispose());

const mobile = '01055556789';
function ask(number = mobile, deviceId = box.deviceId): NonNullable<PaymentRequest['cashReceipt']> {
  const identity = parseReceiptIdentity('income-deduction', number);
  if (!identity.ok) throw new Error(identity.code);
  const sealed = sealReceiptIdentity(identity.value, deviceId, receiptSealKeyOf(receiptKey));
  return { purpose: 'income-deduction', numberMasked: `010-****-${number.slice(-4)}`, sealed };
}
const reaches = (request: SealedRequest, state: string) =>
  world.until(async () => (await world.state(request.paymentId)) === state, 500);
async function sell(differing: Partial<PaymentRequest> = { cashReceipt: ask() }): Promise<SealedRequest> {
  const request = await box.request(await world.coupon(), { tender: 'cash', ...differing });
  await world.deliver(request);
  return request;
}
const orders = async (request: SealedRequest) =>
  (await world.store.listReceiptOrders(request.paymentId)).map(({ orderId, state }) => [orderId.split('/')[0], state]);
const states = async (): Promise<CashReceiptState[]> =>
  (await world.messages()).filter((each) => each.type === 'cash-receipt.state');
/** Waits for as long as the orders of the payment are under way. */
const settle = (request: SealedRequest, count: number, stepMs = 500) =>
  world.until(async () => {
    const all = await orders(request);
    return all.length === count && all.every(([, state]) => state !== 'requested');
  }, stepMs);

describe('a cash receipt', () => {
  it('is issued for what the customer paid, and the box is told its number', async () => {
    const request = await sell();
    await reaches(request, 'approved');
    await settle(request, 1);
    const [call] = world.issuer.calls;
    expect(call).toMatchObject({ kind: 'issue', details: { totalWon: 45_000, supplyWon: 40_910, vatWon: 4_090 } });
    expect(call?.details.identity).toEqual({ purpose: 'income-deduction', kind: 'mobile', digits: mobile });
    const [approved] = await world.outcomes(request.paymentId);
    const cashReceipt = { purpose: 'income-deduction', numberMasked: '010-****-6789', selfIssued: false };
    expect(approved).toMatchObject({ kind: 'approved', approval: { cashReceipt } });
    const number = world.issuer.issued.get(`issue/${request.paymentId}`)?.approvalNumber;
    await world.until(async () => (await states()).length === 1);
    expect((await states())[0]?.order).toMatchObject({ state: 'issued', approvalNumber: number, amountWon: 45_000 });
  });

  it('leaves the number in no file and no log', async () => {
    const request = await sell();
    await settle(request, 1);
    expect(JSON.stringify(world.logged)).not.toContain(mobile);
    for (const name of readdirSync(world.folder)) {
      expect(readFileSync(join(world.folder, name)).includes(mobile)).toBe(false);
    }
    expect(world.sent.some(({ payload }) => payload.includes(mobile))).toBe(false);
  });

  it('is refused where it cannot be: a card sale, or a number sealed for another box', async () => {
    const byCard = await sell({ tender: 'card', cashReceipt: ask() });
    await reaches(byCard, 'declined');
    const foreign = await sell({ cashReceipt: ask(mobile, 'box-2' as never) });
    await reaches(foreign, 'declined');
    expect(await world.outcomes(foreign.paymentId)).toEqual([{ kind: 'declined', code: 'cash_receipt_unopenable' }]);
    expect(world.issuer.calls).toEqual([]);
  });

  it('is asked for again until its issuer answers, under the same order, and given up after so many tries', async () => {
    await world.dispose();
    await start({ limits: { receiptTries: 4 } });
    world.issuer.modes.next = 'lost';
    const request = await sell();
    await world.until(() => world.issuer.calls.length === 2, 500);
    world.issuer.modes.next = 'answers';
    await settle(request, 1);
    expect(new Set(world.issuer.calls.map(({ details }) => details.orderId)).size).toBe(1);
    expect(world.issuer.issued.size).toBe(1);
    world.issuer.modes.next = 'silent';
    const given = await sell();
    await settle(given, 1);
    expect(await orders(given)).toEqual([['issue', 'failed']]);
    expect(world.logged.filter(({ text }) => text === 'a cash receipt failed')).toHaveLength(1);
  });

  it('goes on after a crash between the call and its end', async () => {
    const dead = world.crash('endReceipt', 'before');
    const request = await sell();
    await dead;
    await world.reboot();
    await settle(request, 1);
    expect(world.issuer.issued.size).toBe(1);
    expect(await orders(request)).toEqual([['issue', 'issued']]);
  });

  it('is listed when it failed, and tried again by the staff', async () => {
    world.issuer.modes.next = 'refuses';
    const request = await sell();
    await settle(request, 1);
    const list = await world.role.app.inject({ url: '/v1/cash-receipts/failed' });
    expect(list.json()).toMatchObject({ failed: 1, waiting: 0 });
    const [row] = list.json().orders;
    expect(row).toMatchObject({
      paymentId: request.paymentId,
      code: 'cash_receipt_refused',
      merchantName: '속초 밥상',
    });
    expect(row.reason.ko).toContain('거절');
    expect(list.body).not.toContain(mobile);
    world.issuer.modes.next = 'answers';
    const url = `/v1/cash-receipts/issue/${request.paymentId}/retry`;
    expect((await world.role.app.inject({ method: 'POST', url })).statusCode).toBe(200);
    await settle(request, 1);
    expect(await orders(request)).toEqual([['issue', 'issued']]);
    const one = await world.role.app.inject({ url: `/v1/cash-receipts/issue/${request.paymentId}` });
    expect(one.json()).toMatchObject({ state: 'issued', reason: null });
    expect((await world.role.app.inject({ url: `/v1/cash-receipts/cancel/${request.paymentId}` })).statusCode).toBe(
      404,
    );
    expect((await world.role.app.inject({ method: 'POST', url })).statusCode).toBe(409);
    await world.until(async () => (await states()).at(-1)?.order.state === 'issued');
  });

  it('of a box is told to that box alone', async () => {
    const request = await sell();
    await settle(request, 1);
    await world.until(async () => (await states()).length === 1);
    const other = await world.enrol('box-2');
    const query = { type: 'cash-receipt.query' as const, paymentIds: [request.paymentId] };
    await world.deliver(await other.seal(query));
    expect(await states()).toHaveLength(1);
    await world.deliver(await box.seal(query));
    expect(await states()).toHaveLength(2);
  });
});

describe('the cancellation of a cash receipt', () => {
  it('takes back part after part, with the VAT of the slips, naming the receipt', async () => {
    const request = await sell();
    await settle(request, 1);
    const original = world.issuer.issued.get(`issue/${request.paymentId}`);
    for (const [at, amount] of [10_000, 35_000].entries()) {
      const cancel = await box.cancel(request, box.cancelId(), won(amount));
      await world.deliver(cancel);
      await settle(request, at + 2);
    }
    const cancels = world.issuer.calls.filter(({ kind }) => kind === 'cancel');
    expect(cancels.map(({ original: of }) => of)).toEqual([original, original]);
    const sums = cancels.map(({ details: { totalWon, supplyWon, vatWon } }) => [totalWon, supplyWon, vatWon]);
    expect(sums).toEqual([
      [10_000, 9_091, 909],
      [35_000, 31_819, 3_181],
    ]);
  });

  it('waits for the receipt it takes back', async () => {
    world.issuer.modes.next = 'silent';
    const request = await sell();
    await reaches(request, 'approved');
    await world.until(() => world.issuer.calls.length === 1);
    await world.deliver(await box.cancel(request));
    await reaches(request, 'cancelled');
    world.issuer.modes.next = 'answers';
    await settle(request, 2);
    expect(await orders(request)).toEqual([
      ['issue', 'issued'],
      ['cancel', 'issued'],
    ]);
  });

  it('follows a reversal of what the issuer was called for, and is dropped with a receipt that was refused', async () => {
    world.issuer.modes.next = 'lost';
    const request = await sell();
    await world.until(() => world.issuer.calls.length === 1);
    await reaches(request, 'approved');
    await world.deliver(await box.reversal(request));
    await reaches(request, 'reversed');
    world.issuer.modes.next = 'answers';
    await settle(request, 2);
    expect(world.issuer.calls.at(-1)).toMatchObject({ kind: 'cancel', details: { totalWon: 45_000 } });
    world.issuer.modes.next = 'refuses';
    const refused = await sell();
    await settle(refused, 1);
    await world.deliver(await box.cancel(refused));
    await settle(refused, 2);
    expect(await orders(refused)).toEqual([
      ['issue', 'failed'],
      ['cancel', 'dropped'],
    ]);
  });
});

describe('a shop that has every cash sale issued (자진발급)', () => {
  it('names the tax service’s own number where the customer names nobody, tax-free where it is', async () => {
    await world.dispose();
    await start({ shop: { selfIssuesCashReceipts: true }, contract: { taxation: 'exempt' } });
    const request = await sell({});
    await settle(request, 1);
    const [call] = world.issuer.calls;
    expect(call?.details).toMatchObject({ taxFree: true, supplyWon: 45_000, vatWon: 0 });
    expect(call?.details.identity.digits).toBe('0100001234');
    const card = await sell({ tender: 'card' });
    await reaches(card, 'approved');
    expect(await orders(card)).toEqual([]);
  });

  it('is off unless it is asked for', async () => {
    const request = await sell({});
    await reaches(request, 'approved');
    expect(await orders(request)).toEqual([]);
  });
});
