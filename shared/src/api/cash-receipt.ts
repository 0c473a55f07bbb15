import Type from 'typebox';
import { CashReceiptNoteSchema, CashReceiptOrderSchema } from '../cash-receipt/cash-receipt.ts';
import { idPattern } from '../ids.ts';
import { DeviceIdSchema, MerchantIdSchema, PaymentIdSchema, strictObject } from '../schema.ts';

/** One issue or cancellation of a cash receipt, as the operator's staff sees it. */
export const CashReceiptListSchema = strictObject({
  orders: Type.Array(
    strictObject({
      /** `issue/{paymentId}`, `cancel/{cancelId}` or `reversal/{paymentId}`. */
      orderId: Type.String(),
      paymentId: PaymentIdSchema,
      deviceId: DeviceIdSchema,
      merchantId: MerchantIdSchema,
      ...CashReceiptNoteSchema.properties,
      ...CashReceiptOrderSchema.properties,
      tries: Type.Integer({ minimum: 0 }),
    }),
  ),
});

/** The two parts of an order's id. */
export const CashReceiptOrderParamsSchema = strictObject({
  kind: Type.Union([Type.Literal('issue'), Type.Literal('cancel'), Type.Literal('reversal')]),
  id: Type.String({ pattern: idPattern.uuidV7 }),
});
export const CashReceiptRetryReplySchema = strictObject({ retried: Type.Literal(true) });
