import type { ReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import { won } from '@scanpay/shared/money.ts';
import { splitRefundTax, type TaxTerms } from '@scanpay/shared/tax/tax.ts';
import type { CashReceiptDetails } from '../../ports/cash-receipt-issuer.ts';
import type { ReceiptOrder } from '../../ports/cash-receipt-store.ts';

/** The order in the issuer's terms: supply value and VAT just as the slips of the sale and its refunds show them. */
export function makeReceiptDetails(
  order: ReceiptOrder,
  shop: { name: string; businessNumber: string },
  /** Of the sale, as it was accepted. */
  taxTerms: TaxTerms,
  identity: ReceiptIdentity,
): CashReceiptDetails {
  const { orderId, amountWon, cancelledBeforeWon, atMs } = order;
  const {
    taxation,
    supplyWon: suppliedWon,
    vatWon,
    taxFreeWon,
  } = splitRefundTax(taxTerms, cancelledBeforeWon, amountWon);
  const { name: shopName, businessNumber } = shop;
  const [taxFree, supplyWon] = [taxation === 'exempt', won(suppliedWon + taxFreeWon)];
  return { orderId, businessNumber, shopName, identity, totalWon: amountWon, supplyWon, vatWon, taxFree, atMs };
}
