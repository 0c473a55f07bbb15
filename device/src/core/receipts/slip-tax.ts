import type { Won } from '@scanpay/shared/money.ts';
import { splitRefundTax, splitTax, type TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import type { Approval, CancelOutcome } from '@scanpay/shared/wire/messages.ts';

/*
 * Slips show what the operator signed. An operator of before says nothing of tax: then all is taxable, as it was.
 */

export const taxOfSale = ({ tax, split }: Approval): TaxedAmount => tax ?? splitTax(split.chargedWon, {});

/** The refund's own part of the sale's tax; `refundedBeforeWon`: what earlier refunds of the payment gave back. */
export function taxOfRefund(
  said: Extract<CancelOutcome, { kind: 'cancelled' }>,
  refund: { amountWon: Won; refundedBeforeWon: Won },
  approval: Approval,
): TaxedAmount {
  return said.tax ?? splitRefundTax(taxOfSale(approval), refund.refundedBeforeWon, refund.amountWon);
}
