import type { CashReceiptOrderState } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { CashReceiptPurpose } from '@scanpay/shared/cash-receipt/identity.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** One issue or cancellation; the customer's number is in the signed request alone, sealed. */
export interface CashReceiptTable {
  order_id: string;
  payment_id: PaymentId;
  kind: 'issue' | 'cancel';
  cancel_id: CancelId | null;
  device_id: DeviceId;
  merchant_id: MerchantId;
  purpose: CashReceiptPurpose;
  number_masked: string;
  self_issued: 0 | 1;
  charged_won: Won;
  amount_won: Won;
  cancelled_before_won: Won;
  at_ms: number;
  state: CashReceiptOrderState;
  tries: number;
  due_at_ms: number;
  approval_number: string | null;
  approved_on: BusinessDate | null;
  fail_code: ErrorCode | null;
  changed_at_ms: number;
}
