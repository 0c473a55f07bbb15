import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CounterView, PaymentRow } from '@scanpay/shared/api/box.ts';
import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { cardBoxBytes } from '@scanpay/shared/auth-barcode/card-box.ts';
import { makeOperatorSigningKey, makeRegistrationBoxKey } from '@scanpay/shared/auth-barcode/keys.ts';
import { customerIdOf } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { formatReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import { findDigits } from '../demo/find-bytes.ts';
import { type ServiceProcess, startService } from '../demo/processes.ts';
import { countCharges, type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';

const boxEntry = fileURLToPath(new URL('../../../device/src/main.ts', import.meta.url));
const ids = createIdMaker(systemScheduler, randomBytes);
const sale = { tender: 'card', listAmountWon: 24_000, headcount: 2 } as const;
/** As much as the box may grow, whatever is sent to it. */
const maxGrowthMb = 60;

let world: HostileWorld;
let coupon: Coupon;
let other: Coupon;
let firstResidentMb: number;

beforeAll(async () => {
  world = await startHostileWorld('hostile-serial', { launchBox });
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  const register = (mobile: string) => world.travellers.getCoupon({ name: '방해꾼', mobile, offers });
  [coupon, other] = await Promise.all([register('01070000001'), register('01070000002')]);
  firstResidentMb = readResidentMb();
});
afterAll(() => world?.end());

/** Who writes to the line here may be kept from it by a busy machine for longer than a scanner ever pauses. */
const interByteTimeoutMs = 1_000;

function launchBox(path: string): Promise<ServiceProcess> {
  const config = JSON.parse(readFileSync(path, 'utf8')) as { scanners: object[] };
  const scanners = config.scanners.map((each) => ({ ...each, interByteTimeoutMs }));
  writeFileSync(path, JSON.stringify({ ...config, scanners }));
  return startService(boxEntry, ['--config', path]);
}

/** Physical memory of the box's process (`VmRSS`, proc(5)). */
function readResidentMb(): number {
  const status = readFileSync(`/proc/${world.running.box?.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

interface Rejection {
  reason: string;
  byteCount: number;
}
/** What the scanner driver wrote down as no scan at all. */
const readRejections = (): Rejection[] =>
  readFileSync(join(world.dataDir, 'box', 'box.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"scan rejected"') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Rejection)
    .map(({ reason, byteCount }) => ({ reason, byteCount }));

/** Sends bytes, and waits until these rejections, and no others, have been written down. */
async function expectRejected(bytes: Uint8Array | string, rejections: Rejection[]): Promise<void> {
  const before = readRejections().length;
  await world.hardware.sendRaw(bytes);
  await until(() => expect(readRejections().slice(before)).toEqual(rejections));
}

/** An entered sale meets these bytes; what the counter shows then. */
async function show(bytes: Uint8Array | string, ...kinds: CounterView['kind'][]): Promise<CounterView> {
  await world.clerk.enterSale(sale);
  await world.hardware.sendRaw(bytes);
  return world.clerk.waitFor(...kinds);
}

const listPayments = async (): Promise<PaymentRow[]> =>
  ((await callJson('GET', `${world.counterUrl}/api/payments`)) as { payments: PaymentRow[] }).payments;

/** A generator that repeats itself (mulberry32), so that a failure can be looked at again. */
function makeGarbage(seed: number, length: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) & 0xff;
  });
}

/** A coupon by another company that builds them just like ours. */
function sealForeignCoupon(kid: number): string {
  const nowMs = Math.floor(Date.now() / 1000) * 1000;
  const registration = { name: '남의손', mobile: '01012345678', customerId: customerIdOf(ids.registrationId()) };
  const input = {
    couponId: ids.couponId(),
    notBeforeMs: nowMs - 60_000,
    expiresAtMs: nowMs + 86_400_000,
    registration,
    cardBox: randomBytes(cardBoxBytes),
  };
  return sealAuthBarcode(input, {
    signing: makeOperatorSigningKey(kid, randomBytes),
    registrationBox: makeRegistrationBoxKey(kid, randomBytes),
  });
}

describe('a scanner that sends what no scanner should', () => {
  it('takes a good coupon with CR, LF or CRLF, and with an AIM prefix', async () => {
    for (const [text, end] of [
      [coupon.barcode, '\r'],
      [other.barcode, '\n'],
      [coupon.barcode, '\r\n'],
      [`]Q1${other.barcode}`, '\r\n'],
    ] as const) {
      expect(await show(text + end, 'approved', 'refused', 'declined')).toMatchObject({ kind: 'approved' });
    }
  });

  it.each([
    ['a web address', 'https://example.com/menu?table=7', 'barcode_unreadable'],
    ['an EAN-13 of a snack', ']E08801043014809', 'barcode_unreadable'],
    ['a card number', '4111111111111111', 'barcode_unreadable'],
    ['the prefix alone', 'SP1:', 'barcode_unreadable'],
    ['base45 of nothing much', 'SP1:AAAAAAAAAAAAAAAA', 'barcode_unreadable'],
    ['half a coupon', () => coupon.barcode.slice(0, 150), 'barcode_unreadable'],
    ['two coupons in one line', () => coupon.barcode + other.barcode, 'barcode_unreadable'],
    ['a coupon in lower case', () => coupon.barcode.toLowerCase(), 'barcode_unreadable'],
    ['markup', "<script>alert(1)</script>'; DROP TABLE payments;--", 'barcode_unreadable'],
    ['Korean text', '제주 감귤 쥬스', 'barcode_unreadable'],
    ['a coupon of an issuer nobody knows', () => sealForeignCoupon(9), 'barcode_issuer_unknown'],
    ['a coupon under our key id, by another key', () => sealForeignCoupon(1), 'barcode_forged'],
    ['a receipt of no payment of this box', () => formatReceiptCode(ids.paymentId()), 'payment_unknown'],
    ['a receipt code that is none', 'SR1:HELLO', 'payment_unknown'],
  ] as const)('tells the clerk what is wrong with %s', async (_, text, code) => {
    const line = typeof text === 'string' ? text : text();
    expect(await show(`${line}\r\n`, 'refused', 'approved', 'declined')).toMatchObject({ kind: 'refused', code });
  });

  it('gives up what is no line of text, and writes down how much it was', async () => {
    await world.clerk.enterSale(sale);
    // The first three are what a line says while its plug goes in.
    await expectRejected('\0\0\0SP1:\0\0\r\n', [{ reason: 'not-text', byteCount: 6 }]);
    await expectRejected(Buffer.of(0xb0, 0xa1, 0xc1, 0xd6, 0x0a), [{ reason: 'not-text', byteCount: 4 }]);
    await expectRejected('\x01'.repeat(5_000), [{ reason: 'too-long', byteCount: 5_000 }]);
    await expectRejected(`${'x'.repeat(1_028)}\r`, [{ reason: 'too-long', byteCount: 1_028 }]);
    await expectRejected(coupon.barcode.slice(0, 100), [{ reason: 'half-line', byteCount: 100 }]);
    await expectRejected(`\r\n\n\n\r\r${'\0'.repeat(5_000)}`, []);
    // Of a whole line the clerk is told; the sale is kept.
    expect((await world.clerk.look()).counter).toMatchObject({ kind: 'refused', code: 'barcode_unreadable' });
    await world.hardware.scan(other.barcode);
    expect(await world.clerk.waitFor('approved', 'declined')).toMatchObject({ kind: 'approved' });
  });

  it('holds no more than a line of a megabyte without end', async () => {
    const before = readRejections().length;
    await world.hardware.sendRaw('M'.repeat(1024 * 1024));
    await until(() => {
      const rejections = readRejections().slice(before);
      expect(rejections.reduce((sum, { byteCount }) => sum + byteCount, 0)).toBe(1024 * 1024);
      expect(new Set(rejections.map(({ reason }) => reason))).toEqual(new Set(['too-long']));
    });
  });

  it('survives noise, and reads the coupon that follows it', async () => {
    for (const seed of [1, 2, 3]) await world.hardware.sendRaw(makeGarbage(seed, 64 * 1024));
    // The noise holds lines by chance, but no receipt: that one is the last word.
    await world.hardware.sendRaw('\r\nSR1:HELLO\r\n');
    await until(async () => {
      const { counter } = await world.clerk.look();
      expect(counter).toMatchObject({ kind: 'refused', code: 'payment_unknown' });
    });
    expect(await world.isUnhurt()).toBe(true);
  });

  it('charges once for two hundred scans in one burst', async () => {
    const before = (await listPayments()).length;
    const fresh = await world.travellers.getCoupon({
      name: '연발총',
      mobile: '01070000003',
      offers: [{ offerId: 'o-breakfast', headcount: 2 }],
    });
    await world.clerk.enterSale(sale);
    await world.hardware.sendRaw(`${fresh.barcode}\r\n`.repeat(200));
    await until(async () => {
      const payments = await listPayments();
      expect(payments.length).toBe(before + 1);
      expect(payments.every(({ state }) => state === 'approved')).toBe(true);
    });
    // The rest of the burst is read, too: none of it is left to pay the next sale.
    await world.hardware.sendRaw('SR1:HELLO\r\n');
    await until(async () => {
      const { counter } = await world.clerk.look();
      expect(counter).toMatchObject({ kind: 'refused', code: 'payment_unknown' });
    });
    expect(await listPayments()).toHaveLength(before + 1);
  });

  it('still sells, has charged what it sold, and has not grown', async () => {
    const last = await world.travellers.getCoupon({
      name: '마지막',
      mobile: '01070000004',
      offers: [{ offerId: 'o-breakfast', headcount: 2 }],
    });
    const counter = await world.sell(last);
    expect(counter).toMatchObject({ kind: 'approved' });
    const approved = (await listPayments()).map(({ paymentId }) => paymentId);
    expect(Object.keys(countCharges(world.dataDir, 'card')).sort()).toEqual(approved.sort());
    expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
    expect(await world.isUnhurt()).toBe(true);
    expect(readResidentMb() - firstResidentMb).toBeLessThan(maxGrowthMb);
    expect(findDigits(world.dataDir, '4111111111111111')).toEqual([]);
  });
});
