import type { StatementState } from '../api/settlement.ts';
import type { CashReceiptNote, CashReceiptOrderState } from '../cash-receipt/cash-receipt.ts';
import type { BusinessDate } from '../clock.ts';
import type { CancelId, DeviceId, PaymentId, StatementId } from '../ids.ts';
import type { Won } from '../money.ts';
import type { Bilingual, Tender } from '../schema.ts';
import type { TaxedAmount } from '../tax/tax.ts';

/** What every slip of a merchant says about where it comes from. */
interface SlipHead {
  /** Number on the slip, unique per box and day, e.g. `20261123-0007`. */
  receiptNo: string;
  merchantName: string;
  /** 사업자등록번호, as it is to be printed: `123-45-67890`. */
  businessNumber: string;
  deviceId: DeviceId;
  /** The operator's own words, below the shop and at the foot. */
  header?: string[];
  footer?: string[];
  /** True on every copy after the first; printed as a banner, so that no copy passes for a second payment. */
  reprint: boolean;
}

/** Supply value, VAT and tax-free amount of what the slip is about: the sale, or the refund's own part of it. */
interface Taxed {
  /** Absent: a slip of before, when all was taxable unless the box said otherwise. */
  tax?: TaxedAmount;
}

/** The payment as it was approved; a cancel slip repeats it. */
interface PaidFacts {
  paymentId: PaymentId;
  approvalNumber: string;
  tender: Tender;
  /** Last four digits; null for cash. */
  cardLast4: string | null;
  /** Price before the discount. */
  listAmountWon: Won;
  /** What the coupon took off, positive. */
  discountWon: Won;
  /** What was paid: list − discount, VAT included. */
  chargedWon: Won;
  headcount: number;
  offerTitle: Bilingual;
  /** e.g. `홍*동`. */
  customerNameMasked: string;
  approvedAtMs: number;
}

/** 현금영수증 as it stands on a slip. */
export interface CashReceiptSlip extends CashReceiptNote {
  state: CashReceiptOrderState;
  /** Null: it was not known when the slip was printed. */
  approvalNumber: string | null;
}

export interface SaleReceipt extends SlipHead, PaidFacts, Taxed {
  kind: 'sale';
  cashReceipt?: CashReceiptSlip;
}

/** Cash that the box checked offline: the operator's approval, with its number, is still to come. */
export interface OfflineReceipt extends SlipHead, Taxed {
  kind: 'offline';
  paymentId: PaymentId;
  listAmountWon: Won;
  discountWon: Won;
  chargedWon: Won;
  headcount: number;
  offerTitle: Bilingual;
  redeemedAtMs: number;
  cashReceipt?: CashReceiptSlip;
}

/** The operator did not take an offline redemption: it counts as the shop's own sale, for which no fee is owed. */
export interface RefusedReceipt extends Omit<OfflineReceipt, 'kind'> {
  kind: 'offline-refused';
  /** Why, as code and in words. */
  code: string;
  reason: Bilingual;
  refusedAtMs: number;
}

/** A cancel or a later refund. */
export interface CancelReceipt extends SlipHead, PaidFacts, Taxed {
  kind: 'cancel';
  cancelId: CancelId;
  cancelledAtMs: number;
  /** What was taken back of the cash receipt. */
  cashReceipt?: CashReceiptSlip;
  /** One of several parts; absent: the whole charge at once. */
  part?: {
    amountWon: Won;
    /** What can still be refunded after it. */
    leftWon: Won;
  };
}

/** S15: what the operator pays the merchant for one business date. Printed for the merchant's own files. */
export interface StatementReceipt extends SlipHead {
  kind: 'statement';
  statementId: StatementId;
  businessDate: BusinessDate;
  /** From when on it is paid; a date may have several statements. Absent: not said. */
  payoutDate?: BusinessDate;
  state: StatementState;
  /** Sales and cancels on the statement. */
  lineCount: number;
  /** Charged in all, cancels subtracted. */
  grossWon: Won;
  /** All fees, cash fees included. */
  feesWon: Won;
  /**
   * What the operator pays; negative: what the merchant owes after a day of cash sales, taken from its next payout.
   */
  payoutWon: Won;
  /** Not paid, for the box's records differ on these lines; payout and this make the statement's total. */
  heldBackWon: Won;
  printedAtMs: number;
}

/** A titled list of lines, e.g. a test print. */
export interface NoticeReceipt {
  kind: 'notice';
  title: string;
  lines: string[];
  printedAtMs: number;
  reprint: boolean;
}

/** Everything the box can print, as data: plain JSON, kept in the spool until it is on paper. */
export type Receipt = SaleReceipt | OfflineReceipt | RefusedReceipt | CancelReceipt | StatementReceipt | NoticeReceipt;
