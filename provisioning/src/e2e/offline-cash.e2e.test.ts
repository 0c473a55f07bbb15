import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { runVerify } from '@scanpay/cloud/verify/main.ts';
import type { BoxView, PaymentRow } from '@scanpay/shared/api/box.ts';
import { type SilentProxy, startSilentProxy } from '@scanpay/shared/testing/silent-proxy.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import { demoMerchant } from '../demo/identities.ts';
import { settleDay } from '../demo/settlement-day.ts';
import { startWorld, type World } from '../demo/world.ts';
import { readUsesLeft, sumBooks } from './hostile-world.ts';

const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const breakfast = { offerId: 'o-breakfast', headcount: 1 };
const seafood = { offerId: 'o-seafood-set', headcount: 2 };
let folder: string;
let world: World;
let proxy: SilentProxy;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  folder = mkdtempSync(join(tmpdir(), 'offline-'));
  world = await startWorld({
    dataDir: join(folder, 'data'),
    ports,
    hasCamera: false,
    // A cable that is pulled is noticed as soon as in a shop.
    boxConfig: { uplink: {} },
    repeatWindowMs: 0,
    async openRoute(brokerPort) {
      proxy ??= await startSilentProxy(brokerPort);
      return proxy.port;
    },
  });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await world?.stop();
  await proxy?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const view = async (): Promise<BoxView> => (await callJson('GET', `${world.counterUrl}/api/state`)) as BoxView;
const payments = async () =>
  ((await callJson('GET', `${world.counterUrl}/api/payments`)) as { payments: PaymentRow[] }).payments;

/** Cash for one coupon; the clerk says which offer it is for. Resolves with the payment's id. */
async function redeem(coupon: Coupon, offer: { offerId: string; headcount: number }): Promise<string> {
  const { clerk, hardware } = world;
  await clerk.enterSale({ tender: 'cash', listAmountWon: 60_000, headcount: offer.headcount });
  await hardware.scan(coupon.barcode);
  const asked = await clerk.waitFor('recheck', 'refused', 'redeemed', 'approved');
  expect(asked).toMatchObject({ kind: 'recheck', fields: [{ name: 'offerId' }] });
  await clerk.confirm(asked.paymentId ?? '', { offerId: offer.offerId });
  expect(await clerk.waitFor('redeemed', 'refused', 'approved')).toMatchObject({ kind: 'redeemed' });
  return asked.paymentId ?? '';
}

function countCashSales(company: 'operator' | 'pg'): Record<string, number> {
  const db = new Database(join(folder, 'data', company, `${company}.sqlite`), { readonly: true });
  try {
    const sql = "SELECT payment_id, COUNT(*) AS sales FROM ledger_entries WHERE tender = 'cash' GROUP BY payment_id";
    const rows = db.prepare<[], { payment_id: string; sales: number }>(sql).all();
    return Object.fromEntries(rows.map(({ payment_id, sales }) => [payment_id, sales]));
  } finally {
    db.close();
  }
}

it('takes cash while the network is gone, and tells it once, in order, when it is back', {
  timeout: 180_000,
}, async () => {
  const { clerk, hardware, travellers } = world;
  const register = (name: string, mobile: string, offer: typeof breakfast) =>
    travellers.getCoupon({ name, mobile, offers: [offer] });
  const minsu = await register('김민수', '01020000001', breakfast);
  const seoyeon = await register('이서연', '01020000002', seafood);
  const jihun = await register('오지훈', '01020000003', breakfast);
  await expect.poll(async () => (await view()).offline.whyNot).toBe(null);

  proxy.cut();
  const cutAtMs = performance.now();
  await expect.poll(async () => (await view()).linkUp, { interval: 20 }).toBe(false);
  process.stdout.write(`the page says offline ${Math.round(performance.now() - cutAtMs)} ms after the cut\n`);

  await clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 1 });
  expect(await clerk.waitFor('refused')).toMatchObject({ code: 'offline', sale: { tender: 'card' } });
  const first = await redeem(minsu, breakfast);
  await clerk.enterSale({ tender: 'cash', listAmountWon: 60_000, headcount: 1 });
  await hardware.scan(minsu.barcode);
  expect(await clerk.waitFor('refused', 'recheck', 'redeemed')).toMatchObject({ code: 'coupon_used' });
  const second = await redeem(seoyeon, seafood);
  const wrong = await redeem(jihun, seafood);
  expect((await view()).offline).toMatchObject({ waitingCount: 3, refused: [] });

  await world.running.box?.kill();
  proxy.heal();
  await world.startBox();
  const answered = async () => {
    const { offline } = await view();
    return [offline.waitingCount, offline.refused.map(({ paymentId, code }) => [paymentId, code])];
  };
  await expect.poll(answered, { timeout: 60_000 }).toEqual([0, [[wrong, 'offer_not_held']]]);
  const states = (await payments()).map(({ paymentId, state }) => [paymentId, state]);
  expect(states).toEqual([
    [wrong, 'declined'],
    [second, 'approved'],
    [first, 'approved'],
  ]);
  const once = { [first]: 1, [second]: 1 };
  expect([countCashSales('operator'), countCashSales('pg')]).toEqual([once, once]);
  expect([minsu, jihun].map((coupon) => readUsesLeft(join(folder, 'data'), coupon))).toEqual([2, 3]);

  const closing = await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow: () => undefined });
  // The breakfasts are paid on the next banking day.
  const stated = closing.statements.operator.filter(({ hop }) => hop === 'S15');
  expect(stated.map(({ state, lineCount }) => `${lineCount} ${state}`).sort()).toEqual(['1 approved', '1 paid']);
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
  // As it runs, with the public keys that any world leaves beside its books.
  expect(await runVerify(['--data', world.dataDir])).toBe(0);
});
