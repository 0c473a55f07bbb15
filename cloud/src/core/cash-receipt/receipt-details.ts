import type { ReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import { won } from '@scanpay/shared/money.ts';
import { cancelledVat, splitIncludedVat } from '@scanpay/shared/receipt/receipt-model.ts';
import type { CashReceiptDetails } from '../../ports/cash-receipt-issuer.ts';
import type { ReceiptOrder } from '../../ports/cash-receipt-store.ts';

/** The order in the issuer's terms: supply value and VAT just as the slips of the sale and its refunds show them. */
export function makeReceiptDetails(
  order: ReceiptOrder,
  shop: { name: string; businessNumber: string; taxFree: boolean },
  identity: ReceiptIdentity,
): CashReceiptDetails {
  const { orderId, kind, amountWon, chargedWon, cancelledBeforeWon, atMs } = order;
  const leftWon = won(chargedWon - cancelledBeforeWon - amountWon);
  const parts =
    kind === 'issue' ? splitIncludedVat(amountWon) : cancelledVat({ chargedWon, part: { amountWon, leftWon } });
  const { supplyWon, vatWon } = shop.taxFree ? { supplyWon: amountWon, vatWon: won(0) } : parts;
  const { name: shopName, businessNumber, taxFree } = shop;
  return { orderId, businessNumber, shopName, identity, totalWon: amountWon, supplyWon, vatWon, taxFree, atMs };
}
