import Type, { type Static } from 'typebox';
import {
  BilingualSchema,
  BusinessDateSchema,
  CancelIdSchema,
  CouponIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  HeadcountSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  PaymentIdSchema,
  RegistrationIdSchema,
  SplitSchema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import { EvidenceJwsSchema } from '../settlement/booking-evidence.ts';

/** The five trades of claim 5: restaurant, lodging, retail, tourism service, rental car. */
export const CategorySchema = Type.Union([
  Type.Literal('restaurant'),
  Type.Literal('lodging'),
  Type.Literal('retail'),
  Type.Literal('tourism'),
  Type.Literal('rental-car'),
]);
export type Category = Static<typeof CategorySchema>;

const PercentSchema = strictObject({
  kind: Type.Literal('percent'),
  bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
});
const amountPer = <K extends string>(kind: K) =>
  strictObject({ kind: Type.Literal(kind), amountWon: PayableWonSchema });

/** A discount that needs nothing but what the clerk enters: all that a box can work out on its own. */
export const CounterDiscountSchema = Type.Union([PercentSchema, amountPer('amount-per-person')]);
export type CounterDiscount = Static<typeof CounterDiscountSchema>;

/**
 * Percent of the list price, or a fixed amount per person, per night or per day of the registered stay; never more than
 * the list price.
 */
export const DiscountSchema = Type.Union([
  PercentSchema,
  amountPer('amount-per-person'),
  amountPer('amount-per-night'),
  amountPer('amount-per-day'),
]);
export type Discount = Static<typeof DiscountSchema>;

export const OfferSchema = strictObject({
  offerId: OfferIdSchema,
  category: CategorySchema,
  title: BilingualSchema,
  merchantId: MerchantIdSchema,
  merchantName: Type.String({ minLength: 1, maxLength: 60 }),
  discount: DiscountSchema,
  /** How often one coupon may use the offer. */
  uses: Type.Integer({ minimum: 1, maximum: 99 }),
  /** The offer cannot be used later than this after registration, whatever the schedule says; null: no such limit. */
  validForMs: Type.Union([Type.Integer({ minimum: 1_000 }), Type.Null()]),
});
export type Offer = Static<typeof OfferSchema>;

export const OfferListSchema = strictObject({ offers: Type.Array(OfferSchema, { maxItems: 1000 }) });

/** One requested offer with its schedule (first and last day of the visit) and headcount. */
const RegistrationItemSchema = strictObject({
  offerId: OfferIdSchema,
  visitFrom: BusinessDateSchema,
  visitTo: BusinessDateSchema,
  headcount: HeadcountSchema,
});

/** S01: what the customer enters. `registrationId` is made by the page, so that a repeated submit is one registration. */
export const RegistrationBodySchema = strictObject({
  registrationId: RegistrationIdSchema,
  name: Type.String({ minLength: 1, maxLength: 40 }),
  address: Type.String({ minLength: 1, maxLength: 200 }),
  mobile: Type.String({ pattern: '^01[016789][0-9]{7,8}$' }),
  card: strictObject({
    /** Digits with optional spaces or hyphens. */
    number: Type.String({ minLength: 13, maxLength: 23, pattern: '^[0-9 -]+$' }),
    /** MM/YY. */
    expiry: Type.String({ pattern: '^(0[1-9]|1[0-2])/[0-9]{2}$' }),
  }),
  items: Type.Array(RegistrationItemSchema, { minItems: 1, maxItems: 10 }),
  /** The customer agreed to the handling of personal and card data. */
  agreed: Type.Literal(true),
});
export type RegistrationBody = Static<typeof RegistrationBodySchema>;

/** `stored` → `handed-over` (operator has it) → `sent` (the barcode left by MMS). */
export const RegistrationStateSchema = Type.Union([
  Type.Literal('stored'),
  Type.Literal('handed-over'),
  Type.Literal('sent'),
]);
export const RegistrationReplySchema = strictObject({
  registrationId: RegistrationIdSchema,
  couponId: CouponIdSchema,
  state: RegistrationStateSchema,
  validUntilMs: EpochMsSchema,
});
export type RegistrationReply = Static<typeof RegistrationReplySchema>;

/** S05: a signed statement (JWS) that card data of one coupon was deleted. */
export const CardDeletionReplySchema = strictObject({ recordJws: Type.String({ maxLength: 4096 }) });

/** S10, operator → PG. `cardBox` only for card tender: HPKE ciphertext, base64url. */
export const ApprovalBodySchema = strictObject({
  paymentId: PaymentIdSchema,
  couponId: CouponIdSchema,
  registrationId: RegistrationIdSchema,
  merchantId: MerchantIdSchema,
  merchantName: Type.String({ minLength: 1, maxLength: 60 }),
  offerId: OfferIdSchema,
  tender: TenderSchema,
  split: SplitSchema,
  businessDate: BusinessDateSchema,
  expiresAtMs: EpochMsSchema,
  cardBox: Type.Union([Type.String({ minLength: 1, maxLength: 400 }), Type.Null()]),
});
export type ApprovalBody = Static<typeof ApprovalBodySchema>;

/** `processing`: asked while the first call is still at the card company. */
export const ApprovalReplySchema = Type.Union([
  strictObject({
    outcome: Type.Literal('approved'),
    approvalNumber: Type.String({ pattern: '^[0-9]{8}$' }),
    approvedAtMs: EpochMsSchema,
    cardLast4: Type.Union([Type.String({ pattern: '^[0-9]{4}$' }), Type.Null()]),
    /** The PG's signed word on the sale (see `BookingEvidenceSchema`). */
    evidenceJws: EvidenceJwsSchema,
  }),
  strictObject({ outcome: Type.Literal('declined'), code: ErrorCodeSchema }),
  strictObject({ outcome: Type.Literal('processing') }),
  strictObject({ outcome: Type.Literal('reversed') }),
]);
export type ApprovalReply = Static<typeof ApprovalReplySchema>;

/** 망취소 on any hop: idempotent; of an unseen payment it leaves a tombstone. */
export const ReversalBodySchema = strictObject({ paymentId: PaymentIdSchema, businessDate: BusinessDateSchema });
export type ReversalBody = Static<typeof ReversalBodySchema>;
/** `evidenceJws`: the signed word on the reversal; null: nothing was booked that had to be undone. */
export const ReversalReplySchema = strictObject({
  outcome: Type.Literal('reversed'),
  evidenceJws: Type.Union([EvidenceJwsSchema, Type.Null()]),
});
export type ReversalReply = Static<typeof ReversalReplySchema>;

/** A cancel or refund of an approved payment, whole or in part, on any hop; idempotent on `cancelId`. */
export const CancellationBodySchema = strictObject({
  cancelId: CancelIdSchema,
  paymentId: PaymentIdSchema,
  amountWon: PayableWonSchema,
  businessDate: BusinessDateSchema,
});
export type CancellationBody = Static<typeof CancellationBodySchema>;
export const CancellationReplySchema = Type.Union([
  strictObject({
    outcome: Type.Literal('cancelled'),
    cancelledAtMs: EpochMsSchema,
    /** The signed word on the refund. */
    evidenceJws: EvidenceJwsSchema,
  }),
  strictObject({ outcome: Type.Literal('declined'), code: ErrorCodeSchema }),
]);
export type CancellationReply = Static<typeof CancellationReplySchema>;
