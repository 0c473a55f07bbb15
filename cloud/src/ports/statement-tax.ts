import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { TerminalPart } from './settlement-store.ts';

/** 공급가액, 부가세, 면세금액: they add up to what was charged. Below zero where more went back than came in. */
export interface TaxSums {
  supplyWon: Won;
  vatWon: Won;
  taxFreeWon: Won;
}

/**
 * What the slips behind an S15 statement say, by the operator's own payments: the statement itself, signed, says nothing of
 * tax. For a merchant's bookkeeper.
 */
export interface StatementTaxReader {
  /**
   * Of everything a terminal's book has under the date and that one payout date, as a statement has it, in one pass of
   * the database.
   */
  sumTax(part: TerminalPart, businessDate: BusinessDate): Promise<TaxSums>;
  /** Of one page of lines, each; undefined: the operator has no such payment or refund. */
  readLineTax(lines: readonly StatementLine[]): Promise<(TaxSums | undefined)[]>;
}
