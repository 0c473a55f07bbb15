import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { formatWon, negateWon, type Won, won } from '@scanpay/shared/money.ts';
import { formatReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import type {
  CancelReceipt,
  NoticeReceipt,
  OfflineReceipt,
  Receipt,
  RefusedReceipt,
  SaleReceipt,
  StatementReceipt,
} from '@scanpay/shared/receipt/receipt-model.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import { layoutCashReceipt } from './cash-receipt-layout.ts';
import { columnsOf, type TextMode } from './korean-text.ts';
import { createSlipBuilder, type PaperColumns, type PrintLine, type SlipBuilder } from './print-line.ts';
import { layoutTax } from './tax-layout.ts';

/** A notice is cut after so many lines. */
const maxNoticeLines = 100;

const statementStates: Record<StatementReceipt['state'], Bilingual> = {
  presented: { ko: '승인 대기', en: 'awaiting approval' },
  approved: { ko: '승인 완료', en: 'approved' },
  paid: { ko: '지급 완료', en: 'paid' },
  disputed: { ko: '이의 제기', en: 'disputed' },
  'part-paid': { ko: '일부 지급', en: 'partly paid' },
};

/** Turns a receipt into lines for paper of the given width. `substitutions` counts characters the printer lacks. */
export function layoutReceipt(
  receipt: Receipt,
  columns: PaperColumns,
  mode: TextMode = 'cp949',
): { lines: PrintLine[]; substitutions: number } {
  const slip = createSlipBuilder(columns, mode);
  switch (receipt.kind) {
    case 'sale':
      layoutSale(slip, receipt, columns);
      break;
    case 'offline':
      layoutOffline(slip, receipt, columns);
      break;
    case 'offline-refused':
      layoutRefused(slip, receipt);
      break;
    case 'cancel':
      layoutCancel(slip, receipt, columns);
      break;
    case 'statement':
      layoutStatement(slip, receipt, columns);
      break;
    case 'notice':
      layoutNotice(slip, receipt);
      break;
  }
  if (receipt.kind !== 'notice') layoutFoot(slip, receipt);
  return slip.finish();
}

function layoutFoot(slip: SlipBuilder, { footer = [] }: Exclude<Receipt, NoticeReceipt>): void {
  if (footer.length > 0) slip.rule('light');
  for (const line of footer) slip.text(line, { align: 'center' });
}

function layoutSale(slip: SlipBuilder, receipt: SaleReceipt, columns: PaperColumns): void {
  const title =
    receipt.tender === 'card' ? label('신용카드 매출전표', 'CARD SALE') : label('현금 매출전표', 'CASH SALE');
  layoutHead(slip, receipt, title);
  layoutOffer(slip, receipt);
  slip.rule('light');
  layoutAmount(slip, '정가', 'List price', receipt.listAmountWon);
  if (receipt.discountWon > 0) layoutAmount(slip, '쿠폰 할인', 'Discount', negateWon(receipt.discountWon));
  slip.rule('light');
  layoutTotal(slip, '합계', receipt.chargedWon, columns);
  layoutTax(slip, receipt);
  slip.rule('light');
  layoutPayment(slip, receipt);
  slip.pair(words(slip, '승인일시', 'Approved'), formatSeoulTime(receipt.approvedAtMs));
  layoutCashReceipt(slip, receipt);
  layoutOrigin(slip, receipt);
  slip.rule('heavy');
  slip.blank();
  slip.qr(formatReceiptCode(receipt.paymentId));
  slip.blank();
  slip.text(receipt.paymentId, { align: 'center' });
  slip.text('취소 시 이 코드를 보여 주세요', { align: 'center' });
  slip.text('Show this code for a refund', { align: 'center' });
  slip.blank();
  slip.text('감사합니다 · Thank you', { align: 'center', bold: true });
}

function layoutOffline(slip: SlipBuilder, receipt: OfflineReceipt, columns: PaperColumns): void {
  layoutHead(slip, receipt, label('현금 매출전표', 'CASH SALE'));
  slip.banner('오프라인 확인', 'tall');
  slip.text('PROVISIONAL, CHECKED OFFLINE', { align: 'center', bold: true });
  slip.gap();
  layoutOffer(slip, receipt);
  slip.rule('light');
  layoutAmount(slip, '정가', 'List price', receipt.listAmountWon);
  if (receipt.discountWon > 0) layoutAmount(slip, '쿠폰 할인', 'Discount', negateWon(receipt.discountWon));
  slip.rule('light');
  layoutTotal(slip, '합계', receipt.chargedWon, columns);
  layoutTax(slip, receipt);
  slip.rule('light');
  slip.pair(words(slip, '결제수단', 'Tender'), slip.wide ? '현금 Cash' : '현금');
  slip.pair(words(slip, '확인일시', 'Checked'), formatSeoulTime(receipt.redeemedAtMs));
  layoutCashReceipt(slip, receipt);
  layoutOrigin(slip, receipt);
  slip.rule('heavy');
  slip.blank();
  slip.qr(formatReceiptCode(receipt.paymentId));
  slip.blank();
  slip.text(receipt.paymentId, { align: 'center' });
  slip.text('승인번호는 통신이 복구된 뒤 정해집니다', { align: 'center' });
  slip.text('Approval number follows once online', { align: 'center' });
}

function layoutRefused(slip: SlipBuilder, receipt: RefusedReceipt): void {
  layoutHead(slip, receipt, label('오프라인 확인 불인정', 'NOT RECOGNISED'));
  layoutOffer(slip, receipt);
  layoutAmount(slip, '쿠폰 할인', 'Discount', negateWon(receipt.discountWon));
  layoutAmount(slip, '받은 현금', 'Cash taken', receipt.chargedWon);
  slip.pair(words(slip, '확인일시', 'Checked'), formatSeoulTime(receipt.redeemedAtMs));
  slip.pair(words(slip, '통보일시', 'Refused'), formatSeoulTime(receipt.refusedAtMs));
  slip.rule('light');
  slip.text(receipt.reason.ko, { bold: true });
  slip.text(receipt.reason.en);
  slip.text(receipt.code);
  slip.rule('light');
  slip.text('이 할인은 인정되지 않아 가맹점 부담입니다.');
  slip.text('수수료는 청구되지 않습니다.');
  slip.text('The discount is borne by the shop.');
  slip.text('No fee is owed for this sale.');
  layoutOrigin(slip, receipt);
  slip.text(receipt.paymentId, { align: 'center' });
}

function layoutCancel(slip: SlipBuilder, receipt: CancelReceipt, columns: PaperColumns): void {
  const title =
    receipt.tender === 'card' ? label('신용카드 취소전표', 'CARD CANCELLED') : label('현금 취소전표', 'CASH CANCELLED');
  const { part } = receipt;
  layoutHead(slip, receipt, title);
  if (part !== undefined) slip.text(words(slip, '부분 취소', 'PARTIAL REFUND'), { align: 'center', bold: true });
  layoutOffer(slip, receipt);
  slip.rule('light');
  if (part !== undefined) layoutAmount(slip, '원결제 금액', 'Paid', receipt.chargedWon);
  layoutTotal(slip, '취소', negateWon(part?.amountWon ?? receipt.chargedWon), columns);
  layoutTax(slip, receipt);
  if (part !== undefined) layoutAmount(slip, '취소 후 남은 금액', 'Left', part.leftWon);
  slip.rule('light');
  layoutPayment(slip, receipt);
  slip.pair(words(slip, '원거래일시', 'Approved'), formatSeoulTime(receipt.approvedAtMs));
  slip.pair(words(slip, '취소일시', 'Cancelled'), formatSeoulTime(receipt.cancelledAtMs), { bold: true });
  layoutCashReceipt(slip, receipt);
  layoutOrigin(slip, receipt);
  slip.rule('heavy');
  slip.text(words(slip, '결제번호', 'Payment'), { align: 'center' });
  slip.text(receipt.paymentId, { align: 'center' });
  slip.text(words(slip, '취소번호', 'Cancel'), { align: 'center' });
  slip.text(receipt.cancelId, { align: 'center' });
  slip.blank();
  const done = receipt.tender === 'card' ? cardDone(part !== undefined) : cashDone;
  slip.text(done.ko, { align: 'center', bold: true });
  slip.text(done.en, { align: 'center' });
}

function layoutStatement(slip: SlipBuilder, receipt: StatementReceipt, columns: PaperColumns): void {
  layoutHead(slip, receipt, label('가맹점 정산서', 'SETTLEMENT'));
  slip.pair(words(slip, '영업일', 'Business date'), receipt.businessDate, { bold: true });
  if (receipt.payoutDate !== undefined) slip.pair(words(slip, '지급 예정일', 'Paid from'), receipt.payoutDate);
  slip.pair(words(slip, '건수', 'Entries'), `${receipt.lineCount}건`);
  slip.rule('light');
  layoutAmount(slip, '매출 합계', 'Gross', receipt.grossWon);
  layoutAmount(slip, '수수료', 'Fees', won(-receipt.feesWon));
  // Cash sales are in the gross, and in the merchant's till already.
  const heldWon = won(receipt.grossWon - receipt.feesWon - receipt.heldBackWon - receipt.payoutWon);
  if (heldWon !== 0) layoutAmount(slip, '현금 보유분', 'Cash you hold', negateWon(heldWon));
  if (receipt.heldBackWon !== 0) {
    layoutAmount(slip, '이의 제기분', 'Held back', negateWon(receipt.heldBackWon));
  }
  slip.rule('light');
  const owed = receipt.payoutWon < 0;
  layoutTotal(
    slip,
    owed ? '다음 지급에서 차감' : '지급액',
    owed ? negateWon(receipt.payoutWon) : receipt.payoutWon,
    columns,
  );
  slip.rule('light');
  const state = statementStates[receipt.state];
  slip.pair(words(slip, '상태', 'State'), slip.wide ? `${state.ko} ${state.en}` : state.ko, { bold: true });
  slip.pair(words(slip, '출력일시', 'Printed'), formatSeoulTime(receipt.printedAtMs));
  layoutOrigin(slip, receipt);
  slip.rule('heavy');
  slip.text(words(slip, '정산번호', 'Statement'), { align: 'center' });
  slip.text(receipt.statementId, { align: 'center' });
}

function layoutNotice(slip: SlipBuilder, receipt: NoticeReceipt): void {
  slip.headline(receipt.title);
  slip.rule('heavy');
  if (receipt.reprint) layoutReprint(slip);
  for (const line of receipt.lines.slice(0, maxNoticeLines)) slip.text(line);
  if (receipt.lines.length > maxNoticeLines) slip.text('…');
  slip.rule('light');
  slip.text(formatSeoulTime(receipt.printedAtMs), { align: 'center' });
}

function layoutHead(slip: SlipBuilder, head: Exclude<Receipt, NoticeReceipt>, title: Bilingual): void {
  slip.headline(head.merchantName);
  slip.text(words(slip, '사업자번호', 'Business no.', head.businessNumber), { align: 'center' });
  for (const line of head.header ?? []) slip.text(line, { align: 'center' });
  slip.rule('heavy');
  if (head.reprint) layoutReprint(slip);
  if (head.kind === 'cancel') {
    slip.banner(title.ko, 'tall');
    slip.text(title.en, { align: 'center', bold: true });
  } else {
    slip.text(`${title.ko} ${title.en}`, { align: 'center', bold: true });
  }
  slip.rule('heavy');
}

function layoutReprint(slip: SlipBuilder): void {
  slip.banner('재출력 REPRINT', 'double');
}

function layoutOffer(slip: SlipBuilder, receipt: Pick<SaleReceipt, 'offerTitle' | 'headcount'>): void {
  slip.text(receipt.offerTitle.ko, { bold: true });
  slip.text(receipt.offerTitle.en);
  slip.pair(words(slip, '인원', 'Guests'), `${receipt.headcount}명`);
}

function layoutAmount(slip: SlipBuilder, ko: string, en: string, amount: Won): void {
  slip.pair(words(slip, ko, en), formatWon(amount));
}

/** The one figure people look for: as large as the paper allows. */
function layoutTotal(slip: SlipBuilder, ko: string, amount: Won, columns: PaperColumns): void {
  const value = formatWon(amount);
  const fitsDouble = columnsOf(ko) + 1 + columnsOf(value) <= columns / 2;
  slip.pair(ko, value, { size: fitsDouble ? 'double' : 'tall', bold: true });
  slip.gap();
}

function layoutPayment(slip: SlipBuilder, receipt: SaleReceipt | CancelReceipt): void {
  if (receipt.tender === 'card') {
    slip.pair(words(slip, '카드번호', 'Card'), `****-****-****-${receipt.cardLast4 ?? '****'}`);
  } else {
    slip.pair(words(slip, '결제수단', 'Tender'), slip.wide ? '현금 Cash' : '현금');
  }
  slip.pair(words(slip, '승인번호', 'Approval'), receipt.approvalNumber, { bold: true });
  slip.pair(words(slip, '고객', 'Customer'), receipt.customerNameMasked);
}

function layoutOrigin(slip: SlipBuilder, head: Exclude<Receipt, NoticeReceipt>): void {
  slip.pair(words(slip, '전표번호', 'Slip'), head.receiptNo);
  slip.pair(words(slip, '단말기', 'Terminal'), head.deviceId);
}

const cashDone = { ko: '현금을 돌려드렸습니다', en: 'The cash was given back.' };
const cardDone = (isPart: boolean): Bilingual =>
  isPart
    ? { ko: '카드 승인의 일부가 취소되었습니다', en: 'Part of the card charge was cancelled.' }
    : { ko: '카드 승인이 취소되었습니다', en: 'The card charge was cancelled.' };

const label = (ko: string, en: string): Bilingual => ({ ko, en });

/** Both languages where the paper has room, else Korean. */
function words(slip: SlipBuilder, ko: string, en: string, value = ''): string {
  const text = slip.wide ? `${ko} ${en}` : ko;
  return value === '' ? text : `${text} ${value}`;
}
