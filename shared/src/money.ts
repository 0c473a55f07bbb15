import { ScanPayError } from './errors.ts';

declare const wonBrand: unique symbol;
/** Integer Korean won. May be negative in ledgers and netted statements. */
export type Won = number & { readonly [wonBrand]: 'Won' };

declare const bpsBrand: unique symbol;
/** Basis points, 0 to 10,000 (1 % = 100). */
export type BasisPoints = number & { readonly [bpsBrand]: 'BasisPoints' };

/** The largest single amount the system handles: 1 billion won, well inside the exact range of a double. */
export const maxAmountWon = 1_000_000_000;

/** @throws ScanPayError `internal` when the number is not a safe integer. */
export function won(amount: number): Won {
  if (!Number.isSafeInteger(amount)) throw new ScanPayError('internal', `not an integer amount of won: ${amount}`);
  return (amount === 0 ? 0 : amount) as Won;
}

/** @throws ScanPayError `internal` outside 0…10,000. */
export function basisPoints(value: number): BasisPoints {
  if (!Number.isInteger(value) || value < 0 || value > 10_000) {
    throw new ScanPayError('internal', `not basis points: ${value}`);
  }
  return value as BasisPoints;
}

export function sumWon(amounts: Iterable<Won>): Won {
  let total = 0;
  for (const amount of amounts) total += amount;
  return won(total);
}

export function negateWon(amount: Won): Won {
  return won(-amount);
}

/**
 * `amount` × `rate`, rounded down (DESIGN §7). The product stays below 2^53 because amounts are at most
 * `maxAmountWon` and rates at most 10,000.
 */
export function shareOf(amount: Won, rate: BasisPoints): Won {
  return won(Math.floor((amount * rate) / 10_000));
}

export interface FeeRates {
  cardFeeBps: BasisPoints;
  pgFeeBps: BasisPoints;
  operatorFeeBps: BasisPoints;
}

/** How one charge is divided: `chargedWon` = the sum of the four others, exactly. */
export interface Split {
  chargedWon: Won;
  cardFeeWon: Won;
  pgFeeWon: Won;
  operatorFeeWon: Won;
  merchantShareWon: Won;
}

/** Divides a charge; each fee is floored and the remainder is the merchant's (DESIGN §7). */
export function splitCharge(chargedWon: Won, rates: FeeRates): Split {
  const cardFeeWon = shareOf(chargedWon, rates.cardFeeBps);
  const pgFeeWon = shareOf(chargedWon, rates.pgFeeBps);
  const operatorFeeWon = shareOf(chargedWon, rates.operatorFeeBps);
  const merchantShareWon = won(chargedWon - cardFeeWon - pgFeeWon - operatorFeeWon);
  return { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon };
}

/** Fees owed on a cash sale: no card company takes part, and the merchant already holds the cash. */
export function splitCash(chargedWon: Won, rates: FeeRates): Split {
  return splitCharge(chargedWon, { ...rates, cardFeeBps: basisPoints(0) });
}

const thousands = new Intl.NumberFormat('en-US');

/** `12,300원`: the sign ₩ is missing from CP949 printers, so the word is used everywhere. */
export function formatWon(amount: Won): string {
  return `${thousands.format(amount)}원`;
}
