import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PaymentRow } from '@scanpay/shared/api/box.ts';
import { type SilentProxy, startSilentProxy } from '@scanpay/shared/testing/silent-proxy.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import { startWorld, type World } from '../demo/world.ts';
import { readUsesLeft } from './hostile-world.ts';
import type { KillOrder } from './killable.ts';
import { countCharges, listPayments, slipsOf, untilEnded, waitForView, waitUntilResolved } from './walk-checks.ts';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const boxLimits = { deadlineMs: 2_000, repeatMs: 300, inquiries: 2, maxRepeatMs: 1_000 };
/** A box that is cut off again and again would wait longer and longer before it comes back. */
const uplink = { pingDeadlineMs: 10_000, longestReconnectDelayMs: 500 };
/** What is still written when the box has its answer. */
const settleMs = 300;
const timeout = 600_000;
/** More than any offline sale takes: a walk past it follows something that commits by itself. */
const mostCommits = 30;
/** How often a coupon of this offer may be used. */
const breakfastUses = 3;

let folder: string;
let world: World;
let proxy: SilentProxy;
let coupons = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offline-walk-'));
  world = await startWorld({
    dataDir: join(folder, 'data'),
    ports,
    entries: { box: entry('./killable-box.ts'), cloud: entry('./killable-cloud.ts') },
    boxLimits,
    boxConfig: { uplink },
    repeatWindowMs: 0,
    hasCamera: false,
    async openRoute(brokerPort) {
      proxy ??= await startSilentProxy(brokerPort);
      return proxy.port;
    },
  });
}, 240_000);
afterAll(async () => {
  await world?.stop();
  await proxy?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Victim = 'box' | 'cloud';

function victimOf(name: Victim) {
  const service = world.running[name];
  if (service === undefined) throw new Error(`${name} is not running`);
  return service;
}

/** A coupon of its own for every redemption: a box redeems each once while offline. */
function nextCoupon(): Promise<Coupon> {
  coupons += 1;
  const mobile = `0104000${String(coupons).padStart(4, '0')}`;
  return world.travellers.getCoupon({ name: '오프람', mobile, offers: [{ offerId: 'o-breakfast', headcount: 2 }] });
}

async function goOffline(): Promise<void> {
  await waitForView(world, ({ offline }) => offline.whyNot === null);
  proxy.drop();
  await waitForView(world, ({ linkUp }) => !linkUp);
}

/** Cash for one coupon; the box may be gone at any moment of it. */
async function redeem(coupon: Coupon): Promise<void> {
  await world.clerk.enterSale({ tender: 'cash', listAmountWon: 24_000, headcount: 2 });
  await world.hardware.scan(coupon.barcode);
  expect((await world.clerk.waitFor('redeemed', 'refused', 'recheck')).kind).toBe('redeemed');
}

/** Booked once by operator and PG, one use gone, one slip in the customer's hand; or nothing of it ever was. */
function expectWhole(made: readonly PaymentRow[], coupon: Coupon): void {
  expect(made.length).toBeLessThanOrEqual(1);
  expect(readUsesLeft(world.dataDir, coupon)).toBe(breakfastUses - made.length);
  for (const { paymentId, state, tender } of made) {
    expect([state, tender]).toEqual(['approved', 'cash']);
    expect(['operator', 'pg', 'card'].map((company) => countCharges(world, company, paymentId))).toEqual([1, 1, 0]);
    const { originals, reprints } = slipsOf(world, paymentId);
    expect(originals).toBeLessThanOrEqual(1);
    expect(originals + reprints).toBeGreaterThanOrEqual(1);
    expect(reprints).toBeLessThanOrEqual(1);
  }
}

/** All is synced, and the cloud has written what it still writes. */
async function untilSynced(): Promise<void> {
  await waitUntilResolved(world);
  await delay(settleMs);
}

/** Whether the order was reached: the sale may be over before so many commits. */
async function cutPowerAt(victim: Victim, order: KillOrder): Promise<boolean> {
  const before = new Set((await listPayments(world)).map(({ paymentId }) => paymentId));
  const coupon = await nextCoupon();
  await goOffline();
  const service = victimOf(victim);
  service.say({ kill: order });
  await redeem(coupon).catch((error: unknown) => {
    if (victim === 'cloud') throw error;
  });
  proxy.heal();
  const how = await untilEnded(service, untilSynced());
  if (how !== 'still running') {
    expect(how).toBe('SIGKILL');
    await (victim === 'box' ? world.startBox() : world.startCloud());
  }
  await waitUntilResolved(world);
  const made = (await listPayments(world)).filter(({ paymentId }) => !before.has(paymentId));
  expectWhole(made, coupon);
  return how === 'SIGKILL';
}

describe.each(['box', 'cloud'] as const)('a power cut of the %s at every step of an offline sale', (victim) => {
  it('ends with the sale booked once and a slip, or as if it had never been', { timeout }, async () => {
    let cuts = 0;
    // Background work adds a commit at times, so the walk ends where neither side of one is reached.
    for (let commit = 1, reached = true; reached; commit++) {
      expect(commit).toBeLessThanOrEqual(mostCommits);
      const before = await cutPowerAt(victim, { commit, side: 'before' });
      const after = await cutPowerAt(victim, { commit, side: 'after' });
      reached = before || after;
      cuts += Number(before) + Number(after);
    }
    process.stdout.write(`${victim}: ${cuts} power cuts\n`);
    expect(cuts).toBeGreaterThanOrEqual(6);
  });
});
