import Type, { type Static } from 'typebox';
import { PgBoxPublicJwkSchema } from '../auth-barcode/key-jwk.ts';
import {
  BusinessDateSchema,
  CancelIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  PayableWonSchema,
  PaymentIdSchema,
  strictObject,
} from '../schema.ts';
import { CashReceiptPurposeSchema } from './identity.ts';

/** As `maskReceiptIdentity` writes it. */
const MaskedSchema = Type.String({ pattern: '^[0-9*-]{8,24}$' });

/** What a box asks for with a cash sale; the number itself only sealed (`sealReceiptIdentity`). */
export const CashReceiptRequestSchema = strictObject({
  purpose: CashReceiptPurposeSchema,
  numberMasked: MaskedSchema,
  sealed: Type.String({ pattern: '^[A-Za-z0-9_-]{92}$' }),
});
export type CashReceiptRequest = Static<typeof CashReceiptRequestSchema>;

/** What the operator has taken on with the approval. */
export const CashReceiptNoteSchema = strictObject({
  purpose: CashReceiptPurposeSchema,
  numberMasked: MaskedSchema,
  /** 자진발급: the customer named nobody, the shop has every cash sale issued. */
  selfIssued: Type.Boolean(),
});
export type CashReceiptNote = Static<typeof CashReceiptNoteSchema>;

/**
 * `dropped`: nothing was issued and nothing has to be: the payment was reversed before, or the receipt it would cancel never
 * was. `failed`: given up; the operator's staff looks after it.
 */
export const CashReceiptOrderStateSchema = Type.Union([
  Type.Literal('requested'),
  Type.Literal('issued'),
  Type.Literal('failed'),
  Type.Literal('dropped'),
]);
export type CashReceiptOrderState = Static<typeof CashReceiptOrderStateSchema>;

/** One issue (승인거래) or one cancellation (취소거래) of it. */
export const CashReceiptOrderSchema = strictObject({
  kind: Type.Union([Type.Literal('issue'), Type.Literal('cancel')]),
  /** The refund it follows from; null for the issue, and for the cancellation after a reversal. */
  cancelId: Type.Union([CancelIdSchema, Type.Null()]),
  amountWon: PayableWonSchema,
  state: CashReceiptOrderStateSchema,
  /** 국세청 승인번호 of this issue or cancellation. */
  approvalNumber: Type.Union([Type.String({ pattern: '^[0-9A-Z]{8,12}$' }), Type.Null()]),
  /** 거래일자 at the tax service. */
  approvedOn: Type.Union([BusinessDateSchema, Type.Null()]),
  /** Why it failed. */
  code: Type.Union([ErrorCodeSchema, Type.Null()]),
  changedAtMs: EpochMsSchema,
});
export type CashReceiptOrder = Static<typeof CashReceiptOrderSchema>;

/** What a page shows of the cash receipt of a payment. */
export const CashReceiptViewSchema = strictObject({
  ...CashReceiptNoteSchema.properties,
  orders: Type.Array(CashReceiptOrderSchema),
});
export type CashReceiptView = Static<typeof CashReceiptViewSchema>;

/** Members of `cash-receipt.query`: the box asks what became of these. */
export const maxAskedReceipts = 20;
export const cashReceiptQueryProperties = {
  paymentIds: Type.Array(PaymentIdSchema, { minItems: 1, maxItems: maxAskedReceipts }),
} as const;

/** Members of `cash-receipt.state`. */
export const cashReceiptStateProperties = { paymentId: PaymentIdSchema, order: CashReceiptOrderSchema } as const;

/** Members of `cash-receipt.key`: what customers' numbers are sealed to; null: the operator issues no cash receipts. */
export const cashReceiptKeyProperties = { key: Type.Union([PgBoxPublicJwkSchema, Type.Null()]) } as const;

/** What the counter page or a POS enters. */
export const CashReceiptEntrySchema = strictObject({
  purpose: CashReceiptPurposeSchema,
  /** Mobile number, cash receipt card or business number; spaces and hyphens are allowed. */
  number: Type.String({ pattern: '^[0-9 -]{10,24}$' }),
});
export type CashReceiptEntry = Static<typeof CashReceiptEntrySchema>;
