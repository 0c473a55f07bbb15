import Type, { type Static } from 'typebox';
import {
  BilingualSchema,
  BusinessDateSchema,
  CouponIdSchema,
  EpochMsSchema,
  HeadcountSchema,
  MerchantIdSchema,
  OfferIdSchema,
  RegistrationIdSchema,
  strictObject,
} from '../schema.ts';
import { SoldJwsSchema } from '../settlement/sold-coupon.ts';
import { DiscountSchema, RegistrationStateSchema } from './pg.ts';

/** One entitlement of a coupon, as the PG sold it. */
export const EntitlementBodySchema = strictObject({
  offerId: OfferIdSchema,
  title: BilingualSchema,
  merchantId: MerchantIdSchema,
  discount: DiscountSchema,
  uses: Type.Integer({ minimum: 1, maximum: 99 }),
  visitFrom: BusinessDateSchema,
  visitTo: BusinessDateSchema,
  headcount: HeadcountSchema,
});
export type EntitlementBody = Static<typeof EntitlementBodySchema>;

/**
 * S03, PG → operator; idempotent on `couponId`. Card data only as the card box, sealed to the PG's own key with the
 * coupon id as associated data (base64url): the operator can embed it, not open it.
 */
export const PreRegistrationBodySchema = strictObject({
  couponId: CouponIdSchema,
  registrationId: RegistrationIdSchema,
  name: Type.String({ minLength: 1, maxLength: 40 }),
  mobile: Type.String({ pattern: '^01[016789][0-9]{7,8}$' }),
  validFromMs: EpochMsSchema,
  validUntilMs: EpochMsSchema,
  entitlements: Type.Array(EntitlementBodySchema, { minItems: 1, maxItems: 10 }),
  cardBox: Type.String({ minLength: 1, maxLength: 400 }),
  /** The PG's signed word on all this but the customer and the card: JWS of a `SoldCoupon`. */
  soldJws: SoldJwsSchema,
});
export type PreRegistrationBody = Static<typeof PreRegistrationBodySchema>;

export const PreRegistrationReplySchema = strictObject({
  couponId: CouponIdSchema,
  state: RegistrationStateSchema,
});
export type PreRegistrationReply = Static<typeof PreRegistrationReplySchema>;

/** Operator's staff: a coupon is revoked (lost phone). */
export const RevokeReplySchema = strictObject({ couponId: CouponIdSchema, revokedAtMs: EpochMsSchema });
