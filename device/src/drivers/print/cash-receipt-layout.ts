import type {
  CancelReceipt,
  CashReceiptSlip,
  OfflineReceipt,
  SaleReceipt,
} from '@scanpay/shared/receipt/receipt-model.ts';
import type { SlipBuilder } from './print-line.ts';

const purposes = {
  'income-deduction': { ko: '소득공제', en: 'income deduction' },
  'business-expense': { ko: '지출증빙', en: 'business expense' },
} as const;

/**
 * 현금영수증, as Korean slips have it: for what, whom it names, and the tax service's approval number, which is another than
 * that of the sale. Where it is not known yet the slip says so; the copy printed later has it.
 */
export function layoutCashReceipt(slip: SlipBuilder, receipt: SaleReceipt | OfflineReceipt | CancelReceipt): void {
  const { cashReceipt, kind } = receipt;
  if (cashReceipt === undefined) return;
  const { purpose, numberMasked, selfIssued } = cashReceipt;
  const isCancel = kind === 'cancel';
  const { ko, en } = purposes[purpose];
  slip.rule('light');
  slip.text(`${isCancel ? '현금영수증 취소' : '현금영수증'}(${selfIssued ? '자진발급' : ko})`, { bold: true });
  if (slip.wide) slip.text(`Cash receipt${isCancel ? ' cancelled' : ''}, ${selfIssued ? 'issued by the shop' : en}`);
  slip.pair(slip.wide ? '식별번호 Issued to' : '식별번호', numberMasked);
  const value = stateWords(cashReceipt, kind);
  slip.pair(slip.wide ? '국세청 승인번호 Tax no.' : '국세청 승인번호', value, { bold: true });
  slip.text('현금영수증 문의 국번없이 126');
  slip.rule('light');
}

function stateWords({ state, approvalNumber }: CashReceiptSlip, kind: 'sale' | 'offline' | 'cancel'): string {
  if (approvalNumber !== null) return approvalNumber;
  if (state === 'failed') return '처리 실패';
  if (state === 'dropped') return '없음';
  if (kind === 'offline') return '통신 복구 후 발급';
  return kind === 'cancel' ? '취소 요청됨' : '발급 요청됨';
}
