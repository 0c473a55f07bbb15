import type { ReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** What stands on a cash receipt, or on its cancellation; positive amounts in both. */
export interface CashReceiptDetails {
  /** Names the order at the issuer: the same once more is answered as before (Popbill calls it the document key). */
  orderId: string;
  /** 사업자등록번호 of the shop, `123-45-67890`. */
  businessNumber: string;
  shopName: string;
  identity: ReceiptIdentity;
  /** 거래금액, VAT included. */
  totalWon: Won;
  /** 공급가액; with `taxFree`, and of a shop whose slips show no VAT (간이과세), the whole amount. */
  supplyWon: Won;
  /** 부가세; then 0. */
  vatWon: Won;
  /** 면세 instead of 과세. */
  taxFree: boolean;
  /** When the customer paid, or got the money back. */
  atMs: number;
}

/** What is cancelled: a cancellation names the receipt it takes back. */
export interface IssuedReceipt {
  /** 국세청 승인번호. */
  approvalNumber: string;
  /** 거래일자. */
  approvedOn: BusinessDate;
}

/**
 * The way to the tax service (국세청), by a licensed issuer (현금영수증사업자). Idempotent on `orderId`. Refusals come back as
 * values with code `cash_receipt_refused`; where the outcome is not known the call rejects, and is tried again.
 */
export interface CashReceiptIssuer {
  /** 승인거래. */
  issue(details: CashReceiptDetails): Promise<Result<IssuedReceipt>>;
  /** 취소거래 (취소사유 1, 거래취소), whole or in part: the parts add up to the original at most. */
  cancel(details: CashReceiptDetails, original: IssuedReceipt): Promise<Result<IssuedReceipt>>;
}
