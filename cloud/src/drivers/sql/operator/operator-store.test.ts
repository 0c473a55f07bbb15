import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { AuthNumber, CancelId, CouponId, DeviceId, MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import type { PaymentBasis, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { createTemporaryDatabase, type TemporaryDatabase } from '../testing/temporary-database.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

let database: TemporaryDatabase<OperatorTables>;
let db: Kysely<OperatorTables>;
let store: OperatorStore;
beforeEach(async () => {
  database = createTemporaryDatabase({ ...ledgerMigrations, ...operatorMigrations });
  db = await database.open();
  store = createOperatorStore(db);
});
afterEach(() => database.remove());

const day = '2026-11-23' as BusinessDate;
const next = '2026-11-24' as BusinessDate;
const couponId = '0123456789abcdef' as CouponId;
const merchantId = 'm-1' as MerchantId;
const offerId = 'o-1' as OfferId;

const bodyOf = (id: CouponId, cardBox = 'box'): PreRegistrationBody => ({
  couponId: id,
  registrationId: '019ab0c0-0000-7000-8000-000000000001' as never,
  name: '남궁민수',
  mobile: '01012345678',
  validFromMs: 1,
  validUntilMs: 2,
  entitlements: [
    {
      offerId,
      title: { ko: '가', en: 'a' },
      merchantId,
      discount: { kind: 'percent', bps: 0 },
      uses: 1,
      visitFrom: day,
      visitTo: day,
      headcount: 1,
    },
  ],
  cardBox,
});
const basis: PaymentBasis = {
  paymentId: 'p-1' as PaymentId,
  deviceId: 'box-1' as DeviceId,
  merchantId,
  tender: 'card',
  listAmountWon: won(1_000),
  requestJws: 'a.b.c',
  couponId,
};
const split = {
  chargedWon: won(1_000),
  cardFeeWon: won(20),
  pgFeeWon: won(10),
  operatorFeeWon: won(50),
  merchantShareWon: won(920),
};
const terms: PaymentTerms = {
  offerId,
  offerTitle: { ko: '가', en: 'a' },
  headcount: 1,
  visitDate: day,
  discountWon: won(0),
  split,
  contractVersion: 1,
  contractDigest: 'd',
  customerNameMasked: '남**수',
};
const entry = (kind: 'sale' | 'reversal' | 'cancel', businessDate = day) =>
  makePaymentEntry('operator', {
    kind,
    paymentId: basis.paymentId,
    cancelId: kind === 'cancel' ? ('c-1' as CancelId) : null,
    merchantId,
    deviceId: basis.deviceId,
    tender: 'card',
    split,
    atMs: 1,
    businessDate,
  });
const approval = { approvalNumber: '00000001', approvedAtMs: 5, cardLast4: '1111' };
const usesLeft = async () => (await store.findCoupon({ couponId }))?.entitlements[0]?.usesLeft;
const accept = () => store.acceptRequest(basis, terms, day, 1);

describe('accepting', () => {
  beforeEach(() => store.putPreRegistration(bodyOf(couponId), 'h', 1));

  it('takes the last use once, and leaves no trace of who came too late', async () => {
    expect(await accept()).toEqual({ kind: 'accepted' });
    expect(await accept()).toEqual({ kind: 'moved' });
    const second = { ...basis, paymentId: 'p-2' as PaymentId };
    expect(await store.acceptRequest(second, terms, day, 1)).toEqual({ kind: 'unavailable' });
    expect(await store.findPayment(second.paymentId)).toBeUndefined();
    expect(await usesLeft()).toBe(0);
    expect(await store.findPayment(basis.paymentId)).toMatchObject({ ...basis, terms, state: 'authorising' });
  });

  it('takes nothing from a coupon that was revoked a moment before', async () => {
    await store.revokeCoupon(couponId, 1);
    expect(await accept()).toEqual({ kind: 'unavailable' });
    expect(await usesLeft()).toBe(1);
  });

  it('takes nothing under a date that was closed a moment before', async () => {
    await store.closeBusinessDate(day, 1);
    expect(await accept()).toEqual({ kind: 'unavailable' });
    expect(await usesLeft()).toBe(1);
    expect(await store.openDateFrom(day)).toBe(next);
    expect(await store.acceptRequest(basis, terms, next, 1)).toEqual({ kind: 'accepted' });
  });
});

describe('moving on', () => {
  beforeEach(async () => {
    await store.putPreRegistration(bodyOf(couponId), 'h', 1);
    await accept();
  });

  it('happens only from the state that was named', async () => {
    expect(await store.approve(basis.paymentId, approval, 'r1', entry('sale'), 2)).toBe(true);
    expect(await store.approve(basis.paymentId, approval, 'r2', entry('sale'), 3)).toBe(false);
    expect(await store.decline(basis.paymentId, 'card_declined', 'r3', 3)).toBe(false);
    expect(await store.reverseUncharged(basis.paymentId, 'declined', 'j', 'r4', 3)).toBe(false);
    expect(await store.beginReversal(basis.paymentId, 'authorising', null, day, 3)).toBe(false);
    expect(await store.findPayment(basis.paymentId)).toMatchObject({
      state: 'approved',
      resultJws: 'r1',
      updatedAtMs: 2,
    });
    expect(await usesLeft()).toBe(0);
    expect(await db.selectFrom('ledger_entries').select('kind').execute()).toEqual([{ kind: 'sale' }]);
  });

  it('takes the whole step back when the ledger refuses its part', async () => {
    const unbalanced = { ...entry('sale'), postings: entry('sale').postings.slice(1) };
    await expect(store.approve(basis.paymentId, approval, 'r', unbalanced, 2)).rejects.toThrow('balance');
    expect(await store.findPayment(basis.paymentId)).toMatchObject({ state: 'authorising', resultJws: null });
  });

  it('ends a reversal as it was last asked for', async () => {
    await store.beginReversal(basis.paymentId, 'authorising', null, day, 2);
    const read = (await store.findPayment(basis.paymentId))!;
    await store.adoptReversal(basis.paymentId, 'j', 3);
    const declined = { state: 'declined', declineCode: 'upstream_unavailable', resultJws: 'r' } as const;
    expect(await store.finishReversal(read, declined, null, 4)).toBe(false);
    const adopted = (await store.findPayment(basis.paymentId))!;
    await store.moveReversal(basis.paymentId, next, 4);
    const reversed = { state: 'reversed', declineCode: null, resultJws: 'r' } as const;
    expect(await store.finishReversal(adopted, reversed, null, 5)).toBe(false);
    const moved = (await store.findPayment(basis.paymentId))!;
    expect(await store.finishReversal(moved, reversed, null, 6)).toBe(true);
    expect(await store.findPayment(basis.paymentId)).toMatchObject({
      state: 'reversed',
      reversalDate: next,
      reversalJws: 'j',
    });
    expect(await usesLeft()).toBe(1);
  });

  it('ends a cancel once', async () => {
    await store.approve(basis.paymentId, approval, 'r', entry('sale'), 2);
    const cancel = {
      cancelId: 'c-1' as CancelId,
      paymentId: basis.paymentId,
      deviceId: basis.deviceId,
      amountWon: split.chargedWon,
      businessDate: null,
      requestJws: 'c',
      state: 'cancelling',
      resultJws: null,
    } as const;
    const stale = { refundedWon: won(1), refundCount: 1 };
    expect(await store.beginCancel(cancel, stale, next, 3)).toBe(false);
    expect(await store.beginCancel(cancel, nothingRefunded, next, 3)).toBe(true);
    expect(await store.beginCancel({ ...cancel, cancelId: 'c-2' as CancelId }, nothingRefunded, day, 3)).toBe(false);
    const begun = { ...cancel, businessDate: next };
    expect(await store.listCancels(basis.paymentId)).toEqual([begun]);
    const end = { entry: entry('cancel', next), refunded: { refundedWon: split.chargedWon, refundCount: 1 } };
    expect(await store.finishCancel(begun, 'r', end, 4)).toBe(true);
    expect(await store.finishCancel(begun, 'r', end, 4)).toBe(false);
    expect(await usesLeft()).toBe(1);
    expect(await store.findCancel('c-2' as CancelId)).toBeUndefined();
  });

  it('survives closing the file in between', async () => {
    await db.destroy();
    const again = createOperatorStore(await database.open());
    expect(await again.listUnresolved(2, 10)).toEqual([basis.paymentId]);
    expect(await again.listUnresolved(1, 10)).toEqual([]);
  });
});

describe('eraseTraces', () => {
  /** Enough coupons at once that their rows move between pages. */
  it('leaves no byte of hundreds of card boxes and barcodes that came and went in any order', async () => {
    const coupons = Array.from({ length: 300 }, (_, at) => ({
      id: randomBytes(8).toString('hex') as CouponId,
      cardBox: `CARDBOX${String(at).padStart(4, '0')}${randomBytes(60).toString('base64url')}`,
      barcode: `SP1:BARCODE${String(at).padStart(4, '0')}${randomBytes(140).toString('hex')}`,
    }));
    const deletion = { company: 'operator', recordJws: 'r', atMs: 1 } as const;
    for (const { id, cardBox } of coupons) await store.putPreRegistration(bodyOf(id, cardBox), 'h', 1);
    expect(await store.eraseTraces()).toBe(true);
    for (const [at, { id, barcode }] of coupons.entries()) {
      await store.sealCoupon(id, barcode, String(at).padStart(12, '0') as AuthNumber, 1);
      await store.recordDeletions(id, [{ ...deletion, subject: 'card' }]);
      const earlier = at % 3 === 0 ? undefined : coupons[at - 1];
      if (earlier !== undefined) await store.markSent(earlier.id, { ...deletion, subject: 'barcode' }, 1);
    }
    for (const id of await store.listUnsent(1_000)) await store.markSent(id, { ...deletion, subject: 'barcode' }, 1);
    expect(await store.eraseTraces()).toBe(true);
    const files = readdirSync(database.folder).map((name) => readFileSync(join(database.folder, name)));
    expect(files.some((bytes) => bytes.includes(coupons[0]!.id))).toBe(true);
    for (const bytes of files) {
      expect(bytes.includes('CARDBOX')).toBe(false);
      expect(bytes.includes('SP1:BARCODE')).toBe(false);
    }
  });
});
