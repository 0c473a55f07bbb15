import { formatWon, negateWon, type Won, won } from '@scanpay/shared/money.ts';
import type { CancelReceipt, OfflineReceipt, SaleReceipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { splitRefundTax, splitTax, type TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { SlipBuilder } from './print-line.ts';

/** 공급가액 and 부가세, or 면세금액; below zero where money goes back. A 간이과세자 shows no VAT apart (`VatTypeSchema`). */
export function layoutTax(slip: SlipBuilder, receipt: SaleReceipt | OfflineReceipt | CancelReceipt): void {
  const { taxation, vatType, supplyWon, vatWon, taxFreeWon } = receipt.tax ?? taxOfBefore(receipt);
  const line = (ko: string, en: string, value: string): void => slip.pair(slip.wide ? `${ko} ${en}` : ko, value);
  const show = (amountWon: Won): string => formatWon(receipt.kind === 'cancel' ? negateWon(amountWon) : amountWon);
  if (taxation === 'exempt') {
    line('면세금액', 'Tax-free', show(taxFreeWon));
  } else if (vatType === 'simplified') {
    line('과세유형', 'Taxpayer', slip.wide ? '간이과세자 Simplified' : '간이과세자');
  } else {
    line('공급가액', 'Net', show(supplyWon));
    line('부가세', 'VAT 10%', show(vatWon));
  }
}

/** A slip that was queued before its tax was told. */
function taxOfBefore(receipt: SaleReceipt | OfflineReceipt | CancelReceipt): TaxedAmount {
  const { chargedWon } = receipt;
  if (receipt.kind !== 'cancel' || receipt.part === undefined) return splitTax(chargedWon, {});
  const { amountWon, leftWon } = receipt.part;
  return splitRefundTax({}, won(chargedWon - leftWon - amountWon), amountWon);
}
