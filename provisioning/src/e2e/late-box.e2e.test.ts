import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { callJson } from '../demo/call-json.ts';
import { demoMerchant } from '../demo/identities.ts';
import { settleDay } from '../demo/settlement-day.ts';
import { startWorld, type World } from '../demo/world.ts';

const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
let folder: string;
let world: World;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  folder = mkdtempSync(join(tmpdir(), 'late-'));
  world = await startWorld({ dataDir: join(folder, 'data'), ports });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('presents the statement to a box that was off when the day was closed', { timeout: 180_000 }, async () => {
  const offers = [{ offerId: 'o-seafood-set', headcount: 2 }];
  const coupon = await world.travellers.getCoupon({ name: '김민수', mobile: '01020000001', offers });
  await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
  await world.hardware.scan(coupon.barcode);
  await world.clerk.waitFor('approved');
  await world.running.box?.stop();
  const businessDate = businessDateAt(Date.now());
  for (const company of ['operator', 'pg', 'card'] as const) {
    await callJson('POST', `${world.urls[company]}/v1/settlement/close`, { businessDate });
  }
  await expect
    .poll(() => callJson('GET', `${world.urls.operator}/v1/settlement/statements?businessDate=${businessDate}`))
    .toMatchObject({ statements: expect.arrayContaining([expect.objectContaining({ hop: 'S15' })]) });
  await world.startBox();
  // Closing again changes nothing; the box has the statement by itself, approves it, and is paid.
  const closing = await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow: () => undefined });
  expect(closing.statements.operator.filter(({ hop }) => hop === 'S15')).toMatchObject([
    { state: 'paid', payableWon: 50_760 },
  ]);
});
