import Type, { type Static } from 'typebox';
import { CounterDiscountSchema } from '../api/pg.ts';
import {
  AmountWonSchema,
  BilingualSchema,
  EpochMsSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  Sha256Schema,
  strictObject,
} from '../schema.ts';
import { TaxationSchema, VatTypeSchema } from '../tax/tax.ts';

/** Offers one message can carry, and the clerk can choose from. */
export const maxTermsOffers = 10;

const BpsSchema = Type.Integer({ minimum: 0, maximum: 10_000 });

/** How far a box may go while nobody can look over its shoulder; the merchant bears what turns out wrong. */
const OfflineLimitsSchema = strictObject({
  /** Redemptions that wait to be synced, at most; 0: none at all. */
  maxCount: Type.Integer({ minimum: 0, maximum: 1_000 }),
  /** What those were charged in all, at most. */
  maxTotalWon: AmountWonSchema,
  /** Uses of one coupon at this box, online ones counted too, up to which it may be redeemed offline. */
  maxPerCoupon: Type.Integer({ minimum: 1, maximum: 99 }),
  /** A redemption is declined when it comes to the operator later than this after it happened. */
  syncWithinMs: Type.Integer({ minimum: 60_000, maximum: 60 * 86_400_000 }),
});
export type OfflineLimits = Static<typeof OfflineLimitsSchema>;

const TermsOfferSchema = strictObject({
  offerId: OfferIdSchema,
  title: BilingualSchema,
  discount: CounterDiscountSchema,
  /** How often one coupon may use the offer. */
  uses: Type.Integer({ minimum: 1, maximum: 99 }),
  /** What the slip of an offline sale says, by the contract in force when the terms were made; `usualTax` if left out. */
  taxation: Type.Optional(TaxationSchema),
  vatType: Type.Optional(VatTypeSchema),
});
export type TermsOffer = Static<typeof TermsOfferSchema>;

/**
 * What a box must know to redeem a coupon for cash without the operator ([0048]): the barcode shows neither offers nor
 * discounts. The fees are those of the contract's version for all offers when the terms were made.
 */
export const MerchantTermsSchema = strictObject({
  merchantId: MerchantIdSchema,
  contractVersion: Type.Integer({ minimum: 1 }),
  pgFeeBps: BpsSchema,
  operatorFeeBps: BpsSchema,
  /** Those that customers hold coupons for, by offer id. */
  offers: Type.Array(TermsOfferSchema, { maxItems: maxTermsOffers }),
  limits: OfflineLimitsSchema,
});
export type MerchantTerms = Static<typeof MerchantTermsSchema>;

/** Terms as the operator hands them out: named by their content, good for a while. */
export const IssuedTermsSchema = strictObject({
  /** SHA-256 over the terms, base64url; names them in a redemption. */
  termsId: Sha256Schema,
  terms: MerchantTermsSchema,
  /** The box goes by what was issued last. */
  issuedAtMs: EpochMsSchema,
  /** First millisecond at which nothing may be redeemed by them any more: bounds how long a box goes on alone. */
  validUntilMs: EpochMsSchema,
});
export type IssuedTerms = Static<typeof IssuedTermsSchema>;

/** What a box that was offline decided; signed as a member of its payment request. */
export const OfflineRedemptionSchema = strictObject({
  redeemedAtMs: EpochMsSchema,
  termsId: Sha256Schema,
  offerId: OfferIdSchema,
  discountWon: AmountWonSchema,
  chargedWon: PayableWonSchema,
});
export type OfflineRedemption = Static<typeof OfflineRedemptionSchema>;
