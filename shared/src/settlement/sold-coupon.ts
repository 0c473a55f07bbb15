import Type, { type Static } from 'typebox';
import { DiscountSchema } from '../api/pg.ts';
import type { Result } from '../errors.ts';
import {
  BusinessDateSchema,
  CouponIdSchema,
  createParser,
  EpochMsSchema,
  HeadcountSchema,
  MerchantIdSchema,
  OfferIdSchema,
  strictObject,
} from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';

/** The `typ` of a coupon's signed terms: it cannot pass as any other document. */
const soldTyp = 'scanpay-sold-coupon+json';

const SoldEntitlementSchema = strictObject({
  offerId: OfferIdSchema,
  merchantId: MerchantIdSchema,
  discount: DiscountSchema,
  uses: Type.Integer({ minimum: 1, maximum: 99 }),
  visitFrom: BusinessDateSchema,
  visitTo: BusinessDateSchema,
  headcount: HeadcountSchema,
});

/**
 * The PG's signed word on what it sold with a coupon, without a word about whom to: the operator keeps it, so that neither
 * can later say that another discount was promised.
 */
export const SoldCouponSchema = strictObject({
  v: Type.Literal(1),
  couponId: CouponIdSchema,
  validFromMs: EpochMsSchema,
  validUntilMs: EpochMsSchema,
  entitlements: Type.Array(SoldEntitlementSchema, { minItems: 1, maxItems: 10 }),
});
export type SoldCoupon = Static<typeof SoldCouponSchema>;

/** Ten entitlements take some 3,300 characters. */
const maxSoldChars = 4_096;
export const SoldJwsSchema = Type.String({ minLength: 1, maxLength: maxSoldChars });

const parseSold = createParser(SoldCouponSchema);

/** What is signed of a coupon; `sold` may say more. */
export function toSoldCoupon(sold: Omit<SoldCoupon, 'v'>): SoldCoupon {
  const { couponId, validFromMs, validUntilMs } = sold;
  const entitlements = sold.entitlements.map(
    ({ offerId, merchantId, discount, uses, visitFrom, visitTo, headcount }) => ({
      ...{ offerId, merchantId, discount, uses, visitFrom, visitTo, headcount },
    }),
  );
  return { v: 1, couponId, validFromMs, validUntilMs, entitlements };
}

export const signSoldCoupon = (sold: Omit<SoldCoupon, 'v'>, signer: JwsSigner): Promise<string> =>
  signJws(toSoldCoupon(sold), signer, soldTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the PG's keys. */
export async function openSoldCoupon(jws: string, resolveKey: ResolveKey): Promise<Result<SoldCoupon>> {
  const verified = await verifyJws(jws, resolveKey, soldTyp);
  return verified.ok ? parseSold(verified.value.payload) : verified;
}
