import { ScanPayError } from '@scanpay/shared/errors.ts';
import { negateWon, type Split, type Won, won } from '@scanpay/shared/money.ts';
import { type Account, assertBalanced, type Company, type PaymentEntry, type Posting } from '../../ports/ledger.ts';

const posting = (account: Account, amountWon: Won): Posting => ({ account, amountWon });

/** Card tender, from each company's own view (DESIGN §7). */
function cardSale(company: Company, split: Split): Posting[] {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = split;
  if (company === 'card') {
    return [
      posting('cardholder-receivable', chargedWon),
      posting('fee-income', negateWon(cardFeeWon)),
      posting('pg-payable', won(cardFeeWon - chargedWon)),
    ];
  }
  if (company === 'pg') {
    return [
      posting('card-receivable', won(chargedWon - cardFeeWon)),
      posting('fee-income', negateWon(pgFeeWon)),
      posting('operator-payable', won(-operatorFeeWon - merchantShareWon)),
    ];
  }
  return [
    posting('pg-receivable', won(operatorFeeWon + merchantShareWon)),
    posting('fee-income', negateWon(operatorFeeWon)),
    posting('merchant-payable', negateWon(merchantShareWon)),
  ];
}

/** Cash tender: the merchant holds the money, and owes the operator both fees, of which the PG's is passed on ([0048]). */
function cashSale(company: Company, split: Split): Posting[] {
  const { pgFeeWon, operatorFeeWon } = split;
  if (company === 'card') return [];
  if (company === 'pg') {
    return [posting('operator-receivable', pgFeeWon), posting('fee-income', negateWon(pgFeeWon))];
  }
  return [
    posting('merchant-receivable', won(pgFeeWon + operatorFeeWon)),
    posting('fee-income', negateWon(operatorFeeWon)),
    posting('pg-payable', negateWon(pgFeeWon)),
  ];
}

/**
 * The entry a company books for an event of a payment; a reversal mirrors the sale's split, a cancel's is its part of it.
 * @throws ScanPayError `internal` when the shares do not add up to the charge.
 */
export function makePaymentEntry(company: Company, event: Omit<PaymentEntry, 'postings'>): PaymentEntry {
  const { split } = event;
  const parts = split.cardFeeWon + split.pgFeeWon + split.operatorFeeWon + split.merchantShareWon;
  if (parts !== split.chargedWon) throw new ScanPayError('internal', 'the split does not add up to the charge');
  const sale = event.tender === 'card' ? cardSale(company, split) : cashSale(company, split);
  const postings = event.kind === 'sale' ? sale : sale.map((each) => posting(each.account, negateWon(each.amountWon)));
  assertBalanced(postings);
  return { ...event, postings };
}
