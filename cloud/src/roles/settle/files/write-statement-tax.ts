import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { StatementTaxReader } from '../../../ports/statement-tax.ts';
import { bodyWidthPt, type PdfSheet } from './pdf-sheet.ts';

const thousands = new Intl.NumberFormat('en-US');

/**
 * What the sales of a merchant's date are made of for its VAT return, refunds subtracted. Nothing of it is in the signed
 * statement: it is the operator's own record, shown only where it adds up to what the statement says was charged.
 */
export async function writeTax(
  sheet: PdfSheet,
  { statement }: Pick<StatementDetail, 'statement'>,
  reader: Pick<StatementTaxReader, 'sumTax'>,
): Promise<void> {
  const { hop, receiver, deviceId, businessDate, payoutDate, totals } = statement;
  if (hop !== 'S15' || deviceId === null) return;
  const { supplyWon, vatWon, taxFreeWon } = await reader.sumTax(
    { deviceId, merchantId: receiver as MerchantId, payoutDate },
    businessDate,
  );
  sheet.write('매출의 세금 구분 (운영사 결제 기록)', 0, bodyWidthPt, { sizePt: 10, weight: 'bold' });
  sheet.skip(17);
  if (supplyWon + vatWon + taxFreeWon !== totals.chargedWon) {
    sheet.write('결제 기록의 합계가 정산서의 매출과 달라 표시하지 않습니다.', 0, bodyWidthPt, { sizePt: 10 });
    sheet.skip(25);
    return;
  }
  const sums = [
    ['공급가액', supplyWon],
    ['부가세', vatWon],
    ['면세금액', taxFreeWon],
  ] as const;
  for (const [name, amountWon] of sums) {
    sheet.write(name, 0, 300, { sizePt: 10 });
    sheet.write(`${thousands.format(amountWon)}원`, 300, bodyWidthPt - 300, { sizePt: 10, align: 'right' });
    sheet.skip(15);
  }
  sheet.skip(10);
}
