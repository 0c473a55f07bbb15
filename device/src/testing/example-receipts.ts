import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { errorTable } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type {
  CancelReceipt,
  NoticeReceipt,
  OfflineReceipt,
  RefusedReceipt,
  SaleReceipt,
  StatementReceipt,
} from '@scanpay/shared/receipt/receipt-model.ts';
import { splitRefundTax, splitTax } from '@scanpay/shared/tax/tax.ts';

const shop = {
  receiptNo: '20261123-0007',
  merchantName: '성산 해녀식당',
  businessNumber: '616-05-48213',
  deviceId: 'box-seongsan-01' as DeviceId,
  reprint: false,
};

/** One receipt of each kind, as a shop on Jeju would print it on 23 November 2026. */
export const cardSale: SaleReceipt = {
  ...shop,
  kind: 'sale',
  paymentId: '019ab04e-7f00-7abc-8def-0123456789ab' as PaymentId,
  approvalNumber: '30471582',
  tender: 'card',
  cardLast4: '4821',
  listAmountWon: won(48_000),
  discountWon: won(9_600),
  chargedWon: won(38_400),
  tax: splitTax(won(38_400), {}),
  headcount: 2,
  offerTitle: { ko: '전복죽과 한치물회 2인 세트', en: 'Abalone porridge and squid mulhoe for two' },
  customerNameMasked: '김*연',
  approvedAtMs: Date.UTC(2026, 10, 23, 3, 41, 9),
};

export const cashSale: SaleReceipt = { ...cardSale, tender: 'cash', cardLast4: null };

/** With its cash receipt, whose number came before the slip was printed. */
export const cashReceiptSale: SaleReceipt = {
  ...cashSale,
  cashReceipt: {
    purpose: 'income-deduction',
    numberMasked: '010-****-5678',
    selfIssued: false,
    state: 'issued',
    approvalNumber: '204817365',
  },
};

const { approvalNumber: _number, tender: _tender, cardLast4: _card, customerNameMasked: _name, ...sold } = cardSale;
const { approvedAtMs: redeemedAtMs, ...offlineFacts } = sold;

export const offlineCash: OfflineReceipt = { ...offlineFacts, kind: 'offline', redeemedAtMs };

const { ko, en } = errorTable.coupon_used;
export const offlineRefused: RefusedReceipt = {
  ...offlineCash,
  kind: 'offline-refused',
  code: 'coupon_used',
  reason: { ko, en },
  refusedAtMs: redeemedAtMs + 7_200_000,
};

export const cardCancel: CancelReceipt = {
  ...cardSale,
  kind: 'cancel',
  receiptNo: '20261123-0008',
  cancelId: '019ab052-1c40-7def-9abc-ba9876543210' as CancelId,
  cancelledAtMs: Date.UTC(2026, 10, 23, 3, 58, 30),
};

/** The second part of a refund; more is left. */
export const partCancel: CancelReceipt = {
  ...cardCancel,
  receiptNo: '20261124-0003',
  tax: splitRefundTax({}, won(20_000), won(10_000)),
  part: { amountWon: won(10_000), leftWon: won(8_400) },
};

/** A part of it given back; the cancellation of the cash receipt is still under way. */
export const cashReceiptCancel: CancelReceipt = {
  ...partCancel,
  tender: 'cash',
  cardLast4: null,
  cashReceipt: {
    purpose: 'business-expense',
    numberMasked: '123-45-*****',
    selfIssued: false,
    state: 'requested',
    approvalNumber: null,
  },
};

/** Of an offer that bears no VAT. */
export const taxFreeSale: SaleReceipt = { ...cashSale, tax: splitTax(cashSale.chargedWon, { taxation: 'exempt' }) };
/** Of a shop that issues receipts instead of tax invoices. */
export const simplifiedSale: SaleReceipt = {
  ...cashSale,
  tax: splitTax(cashSale.chargedWon, { vatType: 'simplified' }),
};
/** Nothing of it was refunded before. */
export const taxFreeCancel: CancelReceipt = {
  ...cardCancel,
  tax: splitRefundTax({ taxation: 'exempt' }, won(0), won(8_400)),
  part: { amountWon: won(8_400), leftWon: won(30_000) },
};

export const statementSlip: StatementReceipt = {
  ...shop,
  kind: 'statement',
  receiptNo: '20261124-0001',
  statementId: '019ab4d1-0000-7000-8000-00000000beef' as StatementId,
  businessDate: '2026-11-23' as BusinessDate,
  payoutDate: '2026-11-24' as BusinessDate,
  state: 'approved',
  lineCount: 42,
  grossWon: won(1_586_400),
  feesWon: won(55_524),
  payoutWon: won(1_184_876),
  heldBackWon: won(0),
  printedAtMs: Date.UTC(2026, 10, 24, 0, 5, 0),
};

export const testPrint: NoticeReceipt = {
  kind: 'notice',
  title: '시험 인쇄',
  lines: [
    '프린터가 준비되었습니다.',
    'The printer is ready.',
    '',
    '가나다라마바사 0123456789 ABC abc',
    '12,300원 · ☎ ★ ㈜',
  ],
  printedAtMs: Date.UTC(2026, 10, 23, 0, 0, 0),
  reprint: false,
};
