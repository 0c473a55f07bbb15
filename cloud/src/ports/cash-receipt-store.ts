import type { CashReceiptNote, CashReceiptOrder } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { IssuedReceipt } from './cash-receipt-issuer.ts';

/** One issue or cancellation of a cash receipt, from the moment it is due until nothing more is to be done about it. */
export interface ReceiptOrder extends CashReceiptOrder, CashReceiptNote {
  /** `issue/{paymentId}`, `cancel/{cancelId}`, `reversal/{paymentId}`: the issuer's idempotency key. */
  orderId: string;
  paymentId: PaymentId;
  deviceId: DeviceId;
  merchantId: MerchantId;
  /** What the customer had paid in all. */
  chargedWon: Won;
  /** What earlier cancellations took back. */
  cancelledBeforeWon: Won;
  /** When the customer paid, or got the money back. */
  atMs: number;
  /** Calls of the issuer so far; after the first the order may have been carried out. */
  tries: number;
}

/** How an order ended. */
export type ReceiptEnd =
  | ({ state: 'issued' } & IssuedReceipt)
  | { state: 'failed'; code: ErrorCode }
  | { state: 'dropped' };

/**
 * The durable queue of cash receipts. Orders enter it in the transaction that approves, refunds or reverses the payment
 * (`PaymentStore`, `CancelStore`).
 */
export interface CashReceiptStore {
  /** `requested` and due, oldest first. */
  listDueReceipts(nowMs: number, limit: number): Promise<ReceiptOrder[]>;
  /** When the next one is due; undefined: none waits. */
  nextReceiptDueMs(): Promise<number | undefined>;
  /** Every order of a payment, in the order in which they were made. */
  listReceiptOrders(paymentId: PaymentId): Promise<ReceiptOrder[]>;
  /** `failed`, those that failed last first. */
  listFailedReceipts(limit: number): Promise<ReceiptOrder[]>;
  /** How many are `requested` (`waiting`), and how many `failed`. */
  countReceipts(): Promise<{ waiting: number; failed: number }>;
  findReceiptOrder(orderId: string): Promise<ReceiptOrder | undefined>;
  /** The issuer is about to be called: counted before, and due again then, should this process not live to see the end. */
  noteReceiptTry(orderId: string, dueAtMs: number, nowMs: number): Promise<void>;
  postponeReceipt(orderId: string, dueAtMs: number): Promise<void>;
  /** `requested` → its end; what waits for it is due at once. Undefined: it was not `requested` any more. */
  endReceipt(orderId: string, end: ReceiptEnd, nowMs: number): Promise<ReceiptOrder | undefined>;
  /** `failed` → `requested`, with new tries; so is what was dropped because of it. False: it has not failed. */
  retryReceipt(orderId: string, nowMs: number): Promise<boolean>;
}
