import Type, { type Static } from 'typebox';
import { CashReceiptNoteSchema, CashReceiptOrderSchema } from '../cash-receipt/cash-receipt.ts';
import { idPattern } from '../ids.ts';
import {
  BilingualSchema,
  DeviceIdSchema,
  EpochMsSchema,
  MerchantIdSchema,
  PaymentIdSchema,
  strictObject,
} from '../schema.ts';

/** One issue or cancellation of a cash receipt, as the operator's staff sees it. */
export const CashReceiptRowSchema = strictObject({
  /** `issue/{paymentId}`, `cancel/{cancelId}` or `reversal/{paymentId}`. */
  orderId: Type.String(),
  paymentId: PaymentIdSchema,
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  merchantName: Type.String(),
  ...CashReceiptNoteSchema.properties,
  ...CashReceiptOrderSchema.properties,
  /** What `code` means; null with it. */
  reason: Type.Union([BilingualSchema, Type.Null()]),
  tries: Type.Integer({ minimum: 0 }),
  /** When the customer paid, or got the money back. */
  atMs: EpochMsSchema,
});
export type CashReceiptRow = Static<typeof CashReceiptRowSchema>;

export const CashReceiptListSchema = strictObject({
  orders: Type.Array(CashReceiptRowSchema),
  /** All that failed, shown or not. */
  failed: Type.Integer({ minimum: 0 }),
  /** Under way: to be sent, or sent and not answered yet. */
  waiting: Type.Integer({ minimum: 0 }),
});
export type CashReceiptList = Static<typeof CashReceiptListSchema>;

/** The two parts of an order's id. */
export const CashReceiptOrderParamsSchema = strictObject({
  kind: Type.Union([Type.Literal('issue'), Type.Literal('cancel'), Type.Literal('reversal')]),
  id: Type.String({ pattern: idPattern.uuidV7 }),
});
export const CashReceiptRetryReplySchema = strictObject({ retried: Type.Literal(true) });
