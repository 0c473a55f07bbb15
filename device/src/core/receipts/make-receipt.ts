import type { StatementState } from '@scanpay/shared/api/settlement.ts';
import type { CashReceiptNote, CashReceiptRequest } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { type ErrorCode, errorTable } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import type {
  CancelReceipt,
  OfflineReceipt,
  RefusedReceipt,
  SaleReceipt,
  StatementReceipt,
} from '@scanpay/shared/receipt/receipt-model.ts';
import type { Statement, StatementFault } from '@scanpay/shared/settlement/statement.ts';
import { agreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import type { TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type { Redemption } from '../terminal/state.ts';
import { taxOfSale } from './slip-tax.ts';

/** The shop this box stands in, as printed on every slip. */
export interface Merchant {
  merchantId: MerchantId;
  name: string;
  /** 사업자등록번호, `123-45-67890`. */
  businessNumber: string;
}

/** What every slip begins with. */
export interface SlipContext {
  deviceId: DeviceId;
  merchant: Merchant;
  receiptNo: string;
  /** The operator's own words, above and below. */
  lines?: { header: readonly string[]; footer: readonly string[] } | undefined;
}

/** `20261123-0007`: the seventh slip of the day on this box. */
export function makeReceiptNo(atMs: number, printedToday: number): string {
  return `${businessDateAt(atMs).replaceAll('-', '')}-${String(printedToday + 1).padStart(4, '0')}`;
}

const headOf = ({ deviceId, merchant, receiptNo, lines }: SlipContext) => ({
  receiptNo,
  deviceId,
  merchantName: merchant.name,
  businessNumber: merchant.businessNumber,
  ...(lines === undefined || lines.header.length === 0 ? {} : { header: [...lines.header] }),
  ...(lines === undefined || lines.footer.length === 0 ? {} : { footer: [...lines.footer] }),
  reprint: false,
});

const factsOf = (paymentId: PaymentId, approval: Approval) => ({
  paymentId,
  approvalNumber: approval.approvalNumber,
  tender: approval.tender,
  cardLast4: approval.cardLast4,
  listAmountWon: approval.listAmountWon,
  discountWon: approval.discountWon,
  chargedWon: approval.split.chargedWon,
  headcount: approval.headcount,
  offerTitle: approval.offerTitle,
  customerNameMasked: approval.customerNameMasked,
  approvedAtMs: approval.approvedAtMs,
});

/** A cash receipt that has been asked for; its number is filled in when it comes. */
const askedReceipt = (note: CashReceiptNote | undefined) =>
  note === undefined ? {} : { cashReceipt: { ...note, state: 'requested' as const, approvalNumber: null } };

export function makeSaleReceipt(context: SlipContext, paymentId: PaymentId, approval: Approval): SaleReceipt {
  const facts = { ...factsOf(paymentId, approval), ...askedReceipt(approval.cashReceipt) };
  return { kind: 'sale', ...headOf(context), ...facts, tax: taxOfSale(approval) };
}

export function makeOfflineReceipt(
  context: SlipContext,
  paymentId: PaymentId,
  redemption: Omit<Redemption, 'termsId' | 'offerId'>,
  asked?: CashReceiptRequest,
): OfflineReceipt {
  const { listAmountWon, discountWon, chargedWon, headcount, offerTitle, redeemedAtMs, tax } = redemption;
  const facts = { listAmountWon, discountWon, chargedWon, headcount, offerTitle, redeemedAtMs, tax };
  const note =
    asked === undefined ? undefined : { purpose: asked.purpose, numberMasked: asked.numberMasked, selfIssued: false };
  return { kind: 'offline', ...headOf(context), paymentId, ...facts, ...askedReceipt(note) };
}

export function makeRefusedReceipt(
  context: SlipContext,
  paymentId: PaymentId,
  redemption: Omit<Redemption, 'termsId' | 'offerId'>,
  refusal: { code: ErrorCode; refusedAtMs: number },
): RefusedReceipt {
  const { code, refusedAtMs } = refusal;
  const { ko, en } = errorTable[code];
  const { kind: _kind, ...offline } = makeOfflineReceipt(context, paymentId, redemption);
  return { kind: 'offline-refused', ...offline, code, reason: { ko, en }, refusedAtMs };
}

/** `refundedBeforeWon`: what earlier cancels of the payment gave back; `tax`: the refund's, as the operator said. */
export function makeCancelReceipt(
  context: SlipContext,
  cancel: {
    cancelId: CancelId;
    paymentId: PaymentId;
    amountWon: Won;
    refundedBeforeWon: Won;
    cancelledAtMs: number;
    tax: TaxedAmount;
  },
  approval: Approval,
): CancelReceipt {
  const { cancelId, paymentId, amountWon, refundedBeforeWon, cancelledAtMs, tax } = cancel;
  const { chargedWon } = approval.split;
  const leftWon = won(chargedWon - refundedBeforeWon - amountWon);
  const part = amountWon === chargedWon ? {} : { part: { amountWon, leftWon } };
  const facts = { ...factsOf(paymentId, approval), ...askedReceipt(approval.cashReceipt) };
  return { kind: 'cancel', ...headOf(context), ...facts, cancelId, cancelledAtMs, tax, ...part };
}

export function makeStatementReceipt(
  context: SlipContext,
  { statement, faults }: { statement: Statement; faults: readonly StatementFault[] },
  state: StatementState,
  printedAtMs: number,
): StatementReceipt {
  const { totals, tenders, lineCount, payoutDate } = statement;
  const agreedWon = agreedSums('S15', tenders, faults)?.payableWon ?? won(0);
  const payoutWon = state === 'part-paid' ? agreedWon : totals.payableWon;
  return {
    kind: 'statement',
    ...headOf(context),
    statementId: statement.statementId,
    businessDate: statement.businessDate,
    ...(payoutDate === null ? {} : { payoutDate }),
    state,
    lineCount,
    grossWon: totals.chargedWon,
    feesWon: totals.feeWon,
    payoutWon,
    heldBackWon: won(totals.payableWon - payoutWon),
    printedAtMs,
  };
}
