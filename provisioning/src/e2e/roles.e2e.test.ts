import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CameraLookAnswer } from '@scanpay/shared/api/box.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { createTravellers } from '../demo/customers.ts';
import { demoMerchant } from '../demo/identities.ts';
import type { DayRow } from '../demo/rows.ts';
import { settleDay } from '../demo/settlement-day.ts';
import { startWorld, type World } from '../demo/world.ts';
import { createCompaniesApart } from './companies-apart.ts';

let folder: string;
let world: World;
/** What the customer's phone shows. */
let couponJpeg: Buffer;
let apart: ReturnType<typeof createCompaniesApart>;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  folder = mkdtempSync(join(tmpdir(), 'roles-'));
  apart = createCompaniesApart(folder);
  const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
  world = await startWorld({ dataDir: join(folder, 'world'), ports, launchCloud: apart.launch });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('sells and settles with every company in a process of its own', { timeout: 180_000 }, async () => {
  expect(new Set([...apart.services.values()].map(({ pid }) => pid)).size).toBe(3);
  const ids = createIdMaker(systemScheduler, randomBytes);
  const travellers = createTravellers({ pgUrl: world.urls.pg, mmsDir: join(folder, 'operator', 'mms'), ids });
  const offers = [{ offerId: 'o-seafood-set', headcount: 2 }];
  const coupon = await travellers.getCoupon({ name: '김민수', mobile: '01020000001', offers });
  couponJpeg = coupon.jpeg;
  await world.clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
  await world.hardware.scan(coupon.barcode);
  const shown = await world.clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck');
  expect(shown.approval?.split.chargedWon).toBe(54_000);
  const rows: DayRow[] = [];
  const { merchantId } = demoMerchant;
  const closing = await settleDay({ ...world, merchantId, onRow: (row) => rows.push(row) });
  expect(rows.at(-1)).toMatchObject({ step: 'S15 operator → merchant', outcome: 'paid', amountWon: 50_760 });
  for (const { balances } of closing.balances) {
    expect(balances.reduce((sum, { amountWon }) => sum + amountWon, 0)).toBe(0);
  }
});

it('shows a technician what the camera sees, and scans on afterwards', { timeout: 180_000 }, async () => {
  await world.hardware.showToCamera(couponJpeg);
  const look = await fetch(`${world.counterUrl}/api/camera/look`, { method: 'POST' });
  const { picture, seen } = (await look.json()) as CameraLookAnswer;
  expect(await sharp(Buffer.from(picture, 'base64')).metadata()).toMatchObject({ width: 1280, height: 720 });
  expect(seen).toMatchObject({ widthPx: 1280, heightPx: 720, symbols: [{ format: 'QRCode', holds: 'coupon' }] });
  expect(seen?.symbols[0]?.modulePx).toBeGreaterThan(2);
  await world.hardware.showToCamera(null);
  // The camera may have scanned it meanwhile, with no sale on the counter.
  const dismissUntilReady = async (): Promise<void> => {
    await world.clerk.dismiss().catch(() => undefined);
    expect(await world.clerk.look()).toMatchObject({ light: 'ready', camera: { kind: 'ready', problem: null } });
  };
  await until(dismissUntilReady);
});
