import type { Static } from 'typebox';
import { strictObject } from '../schema.ts';
import { header } from '../wire/message-header.ts';
import { cashReceiptKeyProperties, cashReceiptQueryProperties, cashReceiptStateProperties } from './cash-receipt.ts';

/** Box → operator: what became of the cash receipts of these payments? A `cash-receipt.state` answers for each order. */
export const CashReceiptQuerySchema = strictObject({ ...header('cash-receipt.query'), ...cashReceiptQueryProperties });

/** Operator → box: a cash receipt was issued, cancelled or given up. */
export const CashReceiptStateSchema = strictObject({ ...header('cash-receipt.state'), ...cashReceiptStateProperties });
export type CashReceiptState = Static<typeof CashReceiptStateSchema>;

/** Operator → box, also an answer to `terms.query`: the key customers' numbers are sealed to. The one sent last counts. */
export const CashReceiptKeySchema = strictObject({ ...header('cash-receipt.key'), ...cashReceiptKeyProperties });
export type CashReceiptKey = Static<typeof CashReceiptKeySchema>;
