import Type, { type Static } from 'typebox';
import { CashReceiptNoteSchema, CashReceiptRequestSchema } from '../cash-receipt/cash-receipt.ts';
import { CashReceiptKeySchema, CashReceiptQuerySchema, CashReceiptStateSchema } from '../cash-receipt/messages.ts';
import { DesiredConfigSchema, ReportedConfigSchema } from '../fleet/config-messages.ts';
import { TelemetrySchema } from '../fleet/telemetry.ts';
import { OfflineRedemptionSchema } from '../redemption/merchant-terms.ts';
import {
  AmountWonSchema,
  AuthNumberSchema,
  BilingualSchema,
  BusinessDateSchema,
  CancelIdSchema,
  CouponIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  HeadcountSchema,
  MerchantIdSchema,
  MessageIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  PaymentIdSchema,
  Sha256Schema,
  SplitSchema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import {
  SettlementAcceptSchema,
  SettlementLinesQuerySchema,
  SettlementLinesSchema,
} from '../settlement/line-messages.ts';
import { StatedReversalSchema } from '../settlement/stated-reversal.ts';
import {
  SettlementAnswerSchema,
  SettlementStatementSchema,
  SettlementStateSchema,
} from '../settlement/statement-messages.ts';
import { TaxedAmountSchema } from '../tax/tax.ts';
import { AlarmRecordedSchema, AlarmReportSchema } from './alarm-messages.ts';
import { CommandSchema, commandUpMessages } from './command-messages.ts';
import { header } from './message-header.ts';
import { KeysHeldSchema, OperatorKeysSchema } from './operator-keys.ts';
import { PresenceSchema } from './presence-message.ts';
import { ClockAnswerSchema, ClockQuerySchema, MerchantTermsMessageSchema, TermsQuerySchema } from './queries.ts';
import { DesiredReleaseSchema, ReleaseReportSchema } from './release-messages.ts';

/** What identifies the coupon: the scanned barcode (its text travels beside the signature), or the auth number. */
export const CouponReferenceSchema = Type.Union([
  strictObject({ kind: Type.Literal('barcode'), couponId: CouponIdSchema, barcodeSha256: Sha256Schema }),
  strictObject({ kind: Type.Literal('auth-number'), authNumber: AuthNumberSchema }),
]);
export type CouponReference = Static<typeof CouponReferenceSchema>;

/** S08: a scan-pay request. `listAmountWon` is the price before the discount; the operator works out the charge. */
export const PaymentRequestSchema = strictObject({
  ...header('payment.request'),
  paymentId: PaymentIdSchema,
  merchantId: MerchantIdSchema,
  coupon: CouponReferenceSchema,
  tender: TenderSchema,
  listAmountWon: PayableWonSchema,
  headcount: HeadcountSchema,
  visitDate: BusinessDateSchema,
  /** After this instant the request must not be approved any more. */
  expiresAtMs: EpochMsSchema,
  /** Cash only: it has happened already, at a box that was offline. Sent until it is answered, and never reversed. */
  offline: Type.Optional(OfflineRedemptionSchema),
  cashReceipt: Type.Optional(CashReceiptRequestSchema),
});
export type PaymentRequest = Static<typeof PaymentRequestSchema>;

export const RecheckFieldNameSchema = Type.Union([
  Type.Literal('headcount'),
  Type.Literal('visitDate'),
  Type.Literal('offerId'),
]);
export type RecheckFieldName = Static<typeof RecheckFieldNameSchema>;

/** What the clerk confirmed or corrected after a recheck; only the fields that were asked for. */
export const ConfirmedFieldsSchema = strictObject({
  headcount: Type.Optional(HeadcountSchema),
  visitDate: Type.Optional(BusinessDateSchema),
  offerId: Type.Optional(OfferIdSchema),
});
export type ConfirmedFields = Static<typeof ConfirmedFieldsSchema>;

/** S09's answer by the clerk. Carries the barcode again, for the operator kept no card box meanwhile. */
export const PaymentConfirmSchema = strictObject({
  ...header('payment.confirm'),
  paymentId: PaymentIdSchema,
  /** SHA-256 of the request's JWS. */
  requestSha256: Sha256Schema,
  confirmed: ConfirmedFieldsSchema,
  expiresAtMs: EpochMsSchema,
});
export type PaymentConfirm = Static<typeof PaymentConfirmSchema>;

/** After the deadline: what became of this payment? */
export const PaymentInquirySchema = strictObject({
  ...header('payment.inquiry'),
  paymentId: PaymentIdSchema,
  requestSha256: Sha256Schema,
});
export type PaymentInquiry = Static<typeof PaymentInquirySchema>;

/** 망취소: make it so that this payment never happened. Repeats the identical signed request. */
export const PaymentReversalSchema = strictObject({
  ...header('payment.reversal'),
  paymentId: PaymentIdSchema,
  /** The original request, as signed (compact JWS). */
  requestJws: Type.String({ minLength: 1, maxLength: 4096 }),
});
export type PaymentReversal = Static<typeof PaymentReversalSchema>;

/**
 * A cancel or later refund of an approved payment, whole or in part. Repeated until answered; idempotent on `cancelId`. One
 * payment may have several, one after the other.
 */
export const PaymentCancelSchema = strictObject({
  ...header('payment.cancel'),
  cancelId: CancelIdSchema,
  paymentId: PaymentIdSchema,
  merchantId: MerchantIdSchema,
  /** What is given back: at most what is left of the charge. */
  amountWon: PayableWonSchema,
});
export type PaymentCancel = Static<typeof PaymentCancelSchema>;

/** What an approval says; the terminal journals all of it, prints it, and checks the S15 statement against it. */
export const ApprovalSchema = strictObject({
  approvalNumber: Type.String({ pattern: '^[0-9]{8}$' }),
  approvedAtMs: EpochMsSchema,
  businessDate: BusinessDateSchema,
  /** From when on the merchant is paid for it, by the contract's settlement cycle; not in approvals of before. */
  payoutDate: Type.Optional(BusinessDateSchema),
  tender: TenderSchema,
  offerId: OfferIdSchema,
  offerTitle: BilingualSchema,
  headcount: HeadcountSchema,
  visitDate: BusinessDateSchema,
  listAmountWon: PayableWonSchema,
  discountWon: AmountWonSchema,
  split: SplitSchema,
  /** The charge as the slip shows it, by the taxation of the same contract; not in approvals of before. */
  tax: Type.Optional(TaxedAmountSchema),
  /** The version of the merchant's contract that the split follows. */
  contractVersion: Type.Integer({ minimum: 1 }),
  /** SHA-256 over that version, so that its terms can be proved; not in approvals of before. */
  contractDigest: Type.Optional(Sha256Schema),
  /** Only for card tender. */
  cardLast4: Type.Union([Type.String({ pattern: '^[0-9]{4}$' }), Type.Null()]),
  customerNameMasked: Type.String({ minLength: 1, maxLength: 40 }),
  cashReceipt: Type.Optional(CashReceiptNoteSchema),
});
export type Approval = Static<typeof ApprovalSchema>;

/** One field that differs from the pre-registration; the clerk is asked to confirm or correct it. */
export const RecheckFieldSchema = Type.Union([
  strictObject({ name: Type.Literal('headcount'), requested: HeadcountSchema, registered: HeadcountSchema }),
  strictObject({
    name: Type.Literal('visitDate'),
    requested: BusinessDateSchema,
    registeredFrom: BusinessDateSchema,
    registeredTo: BusinessDateSchema,
  }),
  strictObject({
    name: Type.Literal('offerId'),
    choices: Type.Array(strictObject({ offerId: OfferIdSchema, title: BilingualSchema }), {
      minItems: 2,
      maxItems: 10,
    }),
  }),
]);
export type RecheckField = Static<typeof RecheckFieldSchema>;

export const PaymentOutcomeSchema = Type.Union([
  strictObject({ kind: Type.Literal('approved'), approval: ApprovalSchema }),
  strictObject({ kind: Type.Literal('declined'), code: ErrorCodeSchema }),
  strictObject({ kind: Type.Literal('recheck'), fields: Type.Array(RecheckFieldSchema, { minItems: 1, maxItems: 3 }) }),
  /** Acknowledges a reversal: there is no charge, and there will be none. */
  strictObject({ kind: Type.Literal('reversed'), stated: Type.Optional(StatedReversalSchema) }),
  /** Answers an inquiry: not decided yet, ask again. */
  strictObject({ kind: Type.Literal('processing') }),
  /** Answers an inquiry: this payment has not been seen. */
  strictObject({ kind: Type.Literal('not-seen') }),
]);
export type PaymentOutcome = Static<typeof PaymentOutcomeSchema>;

/** S22: the operator's word on a payment. */
export const PaymentResultSchema = strictObject({
  ...header('payment.result'),
  paymentId: PaymentIdSchema,
  outcome: PaymentOutcomeSchema,
});
export type PaymentResult = Static<typeof PaymentResultSchema>;

export const CancelOutcomeSchema = Type.Union([
  strictObject({
    kind: Type.Literal('cancelled'),
    cancelledAtMs: EpochMsSchema,
    businessDate: BusinessDateSchema,
    /** The refund's own part of the sale's; not in answers of before. */
    tax: Type.Optional(TaxedAmountSchema),
    /** From when on it is taken from what the merchant is paid; not in answers of before. */
    payoutDate: Type.Optional(BusinessDateSchema),
  }),
  strictObject({ kind: Type.Literal('declined'), code: ErrorCodeSchema }),
]);
export type CancelOutcome = Static<typeof CancelOutcomeSchema>;

export const CancelResultSchema = strictObject({
  ...header('cancel.result'),
  cancelId: CancelIdSchema,
  paymentId: PaymentIdSchema,
  outcome: CancelOutcomeSchema,
});

/** The answer to a message that could not be used; ids are echoed when they could be read. */
export const MessageRejectedSchema = strictObject({
  ...header('message.rejected'),
  code: ErrorCodeSchema,
  detail: Type.String({ maxLength: 200 }),
  rejectedMessageId: Type.Union([MessageIdSchema, Type.Null()]),
  paymentId: Type.Union([PaymentIdSchema, Type.Null()]),
});
export type MessageRejected = Static<typeof MessageRejectedSchema>;

/** Every message from the box, by type. */
export const upMessageSchemas = {
  'payment.request': PaymentRequestSchema,
  'payment.confirm': PaymentConfirmSchema,
  'payment.inquiry': PaymentInquirySchema,
  'payment.reversal': PaymentReversalSchema,
  'payment.cancel': PaymentCancelSchema,
  'settlement.answer': SettlementAnswerSchema,
  'settlement.accept': SettlementAcceptSchema,
  'settlement.lines-query': SettlementLinesQuerySchema,
  presence: PresenceSchema,
  'clock.query': ClockQuerySchema,
  'terms.query': TermsQuerySchema,
  'cash-receipt.query': CashReceiptQuerySchema,
  ...commandUpMessages,
  'alarm.report': AlarmReportSchema,
  'config.reported': ReportedConfigSchema,
  telemetry: TelemetrySchema,
  'keys.held': KeysHeldSchema,
  'release.report': ReleaseReportSchema,
} as const;

/** Every message to the box, by type. */
export const downMessageSchemas = {
  'payment.result': PaymentResultSchema,
  'cancel.result': CancelResultSchema,
  'message.rejected': MessageRejectedSchema,
  'settlement.statement': SettlementStatementSchema,
  'settlement.state': SettlementStateSchema,
  'settlement.lines': SettlementLinesSchema,
  'clock.answer': ClockAnswerSchema,
  'merchant.terms': MerchantTermsMessageSchema,
  'cash-receipt.key': CashReceiptKeySchema,
  'cash-receipt.state': CashReceiptStateSchema,
  command: CommandSchema,
  'alarm.recorded': AlarmRecordedSchema,
  'config.desired': DesiredConfigSchema,
  'operator.keys': OperatorKeysSchema,
  'release.desired': DesiredReleaseSchema,
} as const;

export type UpMessage = {
  [T in keyof typeof upMessageSchemas]: Static<(typeof upMessageSchemas)[T]>;
}[keyof typeof upMessageSchemas];
export type DownMessage = {
  [T in keyof typeof downMessageSchemas]: Static<(typeof downMessageSchemas)[T]>;
}[keyof typeof downMessageSchemas];
