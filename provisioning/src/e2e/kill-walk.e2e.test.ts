import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PaymentRow } from '@scanpay/shared/api/box.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import type { ServiceProcess } from '../demo/processes.ts';
import { startWorld, type World } from '../demo/world.ts';
import type { KillOrder } from './killable.ts';
import { countCharges, listPayments, slipsOf, untilEnded, waitUntilResolved } from './walk-checks.ts';

const entry = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
/** Short waits, so that a payment without an answer is resolved soon. */
const shortWaits = { deadlineMs: 2_000, repeatMs: 300, inquiries: 2, maxRepeatMs: 1_000 };
/** Read at each start of the box. */
const boxLimits: Record<string, number> = { ...shortWaits };
/** What the cloud still writes when box and printer are done. */
const settleMs = 300;
/** More than any sale takes: a walk past it follows something that commits by itself. */
const mostCommits = 30;

let folder: string;
let world: World;
const coupons: { coupon: Coupon; uses: number }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kill-walk-'));
  const entries = { box: entry('./killable-box.ts'), cloud: entry('./killable-cloud.ts') };
  const uplink = { pingDeadlineMs: 10_000, longestReconnectDelayMs: 500 };
  const plain = { hasCamera: false, repeatWindowMs: 0, boxConfig: { uplink } };
  world = await startWorld({ dataDir: join(folder, 'data'), ports, entries, boxLimits, ...plain });
}, 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Victim = 'box' | 'cloud';

function victimOf(name: Victim): ServiceProcess {
  const service = world.running[name];
  if (service === undefined) throw new Error(`${name} is not running`);
  return service;
}

/** A coupon with a use left; each one has three. */
async function nextCoupon(): Promise<Coupon> {
  const last = coupons.at(-1);
  if (last !== undefined && last.uses > 0) {
    last.uses -= 1;
    return last.coupon;
  }
  const mobile = `0103000${String(coupons.length + 1).padStart(4, '0')}`;
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  const coupon = await world.travellers.getCoupon({ name: '정전기', mobile, offers });
  coupons.push({ coupon, uses: 2 });
  return coupon;
}

/** Enters a sale and scans; the box may be gone at any moment of it. */
async function startSale(coupon: Coupon): Promise<void> {
  await world.clerk.enterSale({ tender: 'card', listAmountWon: 24_000, headcount: 2 });
  await world.hardware.scan(coupon.barcode);
}

/** One charge everywhere and a receipt, or no charge anywhere and none (DESIGN §8: 1, 2, 6, 7). */
function expectWhole(payment: PaymentRow): void {
  const { paymentId, state } = payment;
  const charges = ['operator', 'pg', 'card'].map((company) => countCharges(world, company, paymentId));
  const { originals, reprints } = slipsOf(world, paymentId);
  if (state === 'approved') {
    expect(charges).toEqual([1, 1, 1]);
    expect(originals).toBeLessThanOrEqual(1);
    expect(originals + reprints).toBeGreaterThanOrEqual(1);
    // A copy beside the original is marked; two copies would mean that it was printed after it was known to be.
    expect(reprints).toBeLessThanOrEqual(1);
  } else {
    expect(['reversed', 'declined']).toContain(state);
    expect(charges).toEqual([0, 0, 0]);
    expect(originals + reprints).toBe(0);
  }
}

/** The sale has its result, and box, printer and cloud are done with it. */
async function untilOver(): Promise<void> {
  await world.clerk.waitFor('approved', 'declined', 'reversed');
  await waitUntilResolved(world);
  await delay(settleMs);
}

/** Whether the order was reached: the sale may be over before so many commits. */
async function cutPowerAt(victim: Victim, order: KillOrder): Promise<boolean> {
  const before = new Set((await listPayments(world)).map(({ paymentId }) => paymentId));
  const coupon = await nextCoupon();
  const service = victimOf(victim);
  service.say({ kill: order });
  await startSale(coupon).catch(() => undefined);
  const how = await untilEnded(service, untilOver());
  if (how !== 'still running') {
    expect(how).toBe('SIGKILL');
    await (victim === 'box' ? world.startBox() : world.startCloud());
  }
  await waitUntilResolved(world);
  const made = (await listPayments(world)).filter(({ paymentId }) => !before.has(paymentId));
  expect(made.length).toBeLessThanOrEqual(1);
  made.forEach(expectWhole);
  return how === 'SIGKILL';
}

describe.each(['box', 'cloud'] as const)('a power cut of the %s at every persisted step of a sale', (victim) => {
  it('ends in one charge and one receipt, or in no charge', { timeout: 300_000 }, async () => {
    let cuts = 0;
    // Told offers and clock questions add a commit at times, so the walk ends where neither side of one is reached.
    for (let commit = 1, reached = true; reached; commit++) {
      expect(commit).toBeLessThanOrEqual(mostCommits);
      const before = await cutPowerAt(victim, { commit, side: 'before' });
      const after = await cutPowerAt(victim, { commit, side: 'after' });
      reached = before || after;
      cuts += Number(before) + Number(after);
    }
    expect(cuts).toBeGreaterThanOrEqual(8);
    // Nothing of it stays behind: the next sale of an ordinary box is an ordinary one.
    await world.running.box?.stop();
    Object.assign(boxLimits, { deadlineMs: 30_000 });
    await world.startBox();
    await waitUntilResolved(world);
    await startSale(await nextCoupon());
    expect((await world.clerk.waitFor('approved', 'declined', 'unknown')).kind).toBe('approved');
    Object.assign(boxLimits, shortWaits);
    await world.running.box?.stop();
    await world.startBox();
    await waitUntilResolved(world);
  });
});
