import { createHash } from 'node:crypto';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { type SoldCoupon, signSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { Kysely } from 'kysely';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';

/** At the list price. */
export const offerId = 'o-table' as OfferId;
/** A tenth off. */
export const tourOfferId = 'o-tour' as OfferId;
/** At the list price, too, for contracts of its own. */
export const roomOfferId = 'o-room' as OfferId;

/** A hundred won off a night, of the thirty that were sold. */
export const stayOfferId = 'o-stay' as OfferId;

/** The coupon that the evidence writer sells by at a merchant; `number`: others of it. */
export const couponIdOf = (merchantId: MerchantId, number = 0): CouponId =>
  createHash('sha256').update(`${merchantId}/${number}`).digest('hex').slice(0, 16) as CouponId;

/** At the list price, and good twice. */
export const twiceOfferId = 'o-twice' as OfferId;

const stay = {
  ...{ visitFrom: '2026-11-20' as BusinessDate, visitTo: '2026-12-20' as BusinessDate },
  ...{ uses: 99, headcount: 2 },
};

export const couponOf = (merchantId: MerchantId, number = 0): SoldCoupon => ({
  v: 1,
  couponId: couponIdOf(merchantId, number),
  validFromMs: Date.parse('2026-11-20T00:00:00+09:00'),
  validUntilMs: Date.parse('2027-11-20T00:00:00+09:00'),
  entitlements: [
    { offerId, merchantId, discount: { kind: 'percent', bps: 0 }, ...stay },
    { offerId: tourOfferId, merchantId, discount: { kind: 'percent', bps: 1_000 }, ...stay },
    { offerId: roomOfferId, merchantId, discount: { kind: 'percent', bps: 0 }, ...stay },
    { offerId: twiceOfferId, merchantId, discount: { kind: 'percent', bps: 0 }, ...stay, uses: 2 },
    { offerId: stayOfferId, merchantId, discount: { kind: 'amount-per-night', amountWon: won(100) }, ...stay },
  ],
});

/** As the operator keeps it once it is with the customer. */
export async function writeCoupon(db: Kysely<OperatorTables>, sold: SoldCoupon, pg: JwsSigner): Promise<void> {
  const person = {
    name: '김수',
    mobile: '01012345678',
    registration_id: '019ab0c0-0000-7000-8000-0000000000ff' as never,
  };
  const times = { valid_from_ms: sold.validFromMs, valid_until_ms: sold.validUntilMs, created_at_ms: 0 };
  const sent = { issue_state: 'sent', sealed_at_ms: 0, sent_at_ms: 0, revoked_at_ms: null } as const;
  const number = BigInt(`0x${sold.couponId}`).toString().padStart(20, '0').slice(-12) as never;
  const sold_jws = await signSoldCoupon(sold, pg);
  const row = { coupon_id: sold.couponId, body_sha256: '', auth_number: number, sold_jws };
  await db
    .insertInto('operator_coupons')
    .values({ ...row, ...person, ...times, ...sent })
    .execute();
}
