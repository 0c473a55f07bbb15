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

/** `part` × `numerator` / `denominator`, floored, in exact arithmetic: the product of two amounts passes 2^53. */
function prorate(part: Won, numerator: Won, denominator: Won): Won {
  return denominator === 0 ? won(0) : won(Number((BigInt(part) * BigInt(numerator)) / BigInt(denominator)));
}

/**
 * What every share has given back once `refundedWon` of the charge is refunded. In the order of the chain, like the fees
 * themselves: the card company floors its fee's part of the charge; of what that leaves, the PG floors its own; then the
 * operator; the rest is the merchant's. So each company can work out its own without those further down, no share ever
 * falls while the refunded amount grows, and at the whole charge every share is back exactly.
 */
function refundedShares(split: Split, refundedWon: Won): Split {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon } = split;
  const cardWon = prorate(cardFeeWon, refundedWon, chargedWon);
  const afterCardWon = won(refundedWon - cardWon);
  const pgWon = prorate(pgFeeWon, afterCardWon, won(chargedWon - cardFeeWon));
  const afterPgWon = won(afterCardWon - pgWon);
  const operatorWon = prorate(operatorFeeWon, afterPgWon, won(chargedWon - cardFeeWon - pgFeeWon));
  return {
    chargedWon: refundedWon,
    cardFeeWon: cardWon,
    pgFeeWon: pgWon,
    operatorFeeWon: operatorWon,
    merchantShareWon: won(afterPgWon - operatorWon),
  };
}

/**
 * What a refund of `amountWon` takes back from every share of the original split, when `refundedBeforeWon` was refunded
 * already. No share is negative, the shares sum to the amount, and however a charge is refunded in parts, the parts of
 * every share sum to that share exactly: each is the difference of two cumulative values (see `refundedShares`).
 * @throws ScanPayError `internal` when it would be nothing, or more than what is left.
 */
export function splitRefund(split: Split, refundedBeforeWon: Won, amountWon: Won): Split {
  const afterWon = won(refundedBeforeWon + amountWon);
  if (refundedBeforeWon < 0 || amountWon <= 0 || afterWon > split.chargedWon) {
    throw new ScanPayError('internal', `cannot refund ${amountWon} after ${refundedBeforeWon} of ${split.chargedWon}`);
  }
  const before = refundedShares(split, refundedBeforeWon);
  const after = refundedShares(split, afterWon);
  return {
    chargedWon: amountWon,
    cardFeeWon: won(after.cardFeeWon - before.cardFeeWon),
    pgFeeWon: won(after.pgFeeWon - before.pgFeeWon),
    operatorFeeWon: won(after.operatorFeeWon - before.operatorFeeWon),
    merchantShareWon: won(after.merchantShareWon - before.merchantShareWon),
  };
}

const thousands = new Intl.NumberFormat('en-US');

/** `12,300원`: the sign ₩ is missing from CP949 printers, so the word is used everywhere. */
export function formatWon(amount: Won): string {
  return `${thousands.format(amount)}원`;
}
