import {
  AmountWonSchema,
  BilingualSchema,
  BusinessDateSchema,
  CancelIdSchema,
  CouponIdSchema,
  DeviceIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  HeadcountSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  PaymentIdSchema,
  Sha256Schema,
  SplitSchema,
  strictObject,
  TenderSchema,
} from '@scanpay/shared/schema.ts';
import { TaxedAmountSchema } from '@scanpay/shared/tax/tax.ts';
import Type, { type Static } from 'typebox';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** A box's public key: Ed25519 as JSON Web Key (RFC 8037); `kid` is what the box writes into its signatures. */
const DeviceJwkSchema = strictObject({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  /** 32 bytes in base64url; the last character has two unused bits, which are zero. */
  x: Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' }),
  kid: Type.String({ pattern: '^[A-Za-z0-9._:-]{1,64}$' }),
});

export const EnrolBodySchema = strictObject({
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  publicKey: DeviceJwkSchema,
});
export type EnrolBody = Static<typeof EnrolBodySchema>;

export const EnrolReplySchema = strictObject({
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  kid: Type.String(),
  enrolledAtMs: EpochMsSchema,
});
export type EnrolReply = Static<typeof EnrolReplySchema>;

/** Who deleted what of a coupon's card data, each with the signed record (JWS). */
export const DeletionListSchema = strictObject({
  couponId: CouponIdSchema,
  records: Type.Array(
    strictObject({
      company: Type.Union([Type.Literal('operator'), Type.Literal('pg')]),
      subject: Type.Union([Type.Literal('card'), Type.Literal('barcode')]),
      atMs: EpochMsSchema,
      recordJws: Type.String(),
    }),
  ),
});

const PaymentStateSchema = Type.Union([
  Type.Literal('recheck'),
  Type.Literal('authorising'),
  Type.Literal('approved'),
  Type.Literal('declined'),
  Type.Literal('reversing'),
  Type.Literal('reversed'),
  Type.Literal('cancelling'),
  Type.Literal('cancelled'),
]);

/** What was agreed when the payment was accepted. */
const TermsSchema = strictObject({
  offerId: OfferIdSchema,
  /** Changes of the schedule it was held against; null: from before they were counted. */
  scheduleVersion: orNull(Type.Integer({ minimum: 0 })),
  offerTitle: BilingualSchema,
  headcount: HeadcountSchema,
  visitDate: BusinessDateSchema,
  discountWon: AmountWonSchema,
  split: SplitSchema,
  tax: TaxedAmountSchema,
  contractVersion: Type.Integer({ minimum: 1 }),
  /** SHA-256 over that version; null: accepted before contracts had one. */
  contractDigest: orNull(Sha256Schema),
  customerNameMasked: Type.String(),
});

const paymentRow = {
  paymentId: PaymentIdSchema,
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  couponId: orNull(CouponIdSchema),
  state: PaymentStateSchema,
  businessDate: BusinessDateSchema,
  tender: TenderSchema,
  listAmountWon: PayableWonSchema,
  terms: orNull(TermsSchema),
  approvalNumber: orNull(Type.String()),
  approvedAtMs: orNull(EpochMsSchema),
  cardLast4: orNull(Type.String()),
  declineCode: orNull(ErrorCodeSchema),
  reversalDate: orNull(BusinessDateSchema),
  createdAtMs: EpochMsSchema,
  updatedAtMs: EpochMsSchema,
} as const;
export const PaymentRowSchema = strictObject(paymentRow);
export type PaymentRow = Static<typeof PaymentRowSchema>;

/** Signed evidence of a payment (JWS): what the box asked and the clerk confirmed, and what the operator answered. */
export const PaymentDetailSchema = strictObject({
  ...paymentRow,
  evidence: strictObject({
    requestJws: Type.String(),
    confirmJws: orNull(Type.String()),
    reversalJws: orNull(Type.String()),
    resultJws: orNull(Type.String()),
    cancels: Type.Array(
      strictObject({ cancelId: CancelIdSchema, requestJws: Type.String(), resultJws: orNull(Type.String()) }),
    ),
  }),
});

export const maxPaymentsPerPage = 500;
export const PaymentQuerySchema = strictObject({
  businessDate: BusinessDateSchema,
  /** The last payment id of the page before. */
  after: Type.Optional(PaymentIdSchema),
});
export const PaymentListSchema = strictObject({
  payments: Type.Array(PaymentRowSchema, { maxItems: maxPaymentsPerPage }),
  /** For `after`; null: this was the last page. */
  next: orNull(PaymentIdSchema),
});
