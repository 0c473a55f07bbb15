import Type, { type Static } from 'typebox';
import { type Won, won } from '../money.ts';
import { AmountWonSchema, strictObject } from '../schema.ts';

/** 과세: the price includes 10 % VAT (부가가치세법 제30조). 면세 (제26조): it bears none. */
export const TaxationSchema = Type.Union([Type.Literal('taxable'), Type.Literal('exempt')]);
export type Taxation = Static<typeof TaxationSchema>;

/**
 * Whether the shop's slips show VAT apart. `simplified`: a 간이과세자 that issues receipts instead of tax invoices, for
 * the year before brought less than 48 million won, or it has only begun (부가가치세법 제36조 제1항 제2호; from 1 July to
 * 30 June, 제36조의2). Nobody can deduct VAT by its slips, and only VAT that a slip shows apart can be deducted (제46조
 * 제3항), so they show what was paid (공급대가) and no VAT. `general`: everybody else, also a 간이과세자 that issues tax
 * invoices.
 */
export const VatTypeSchema = Type.Union([Type.Literal('general'), Type.Literal('simplified')]);
export type VatType = Static<typeof VatTypeSchema>;

/** How a sale is taxed; a member left out says what `usualTax` does. */
export interface TaxTerms {
  taxation?: Taxation | undefined;
  vatType?: VatType | undefined;
}

const usualTax = { taxation: 'taxable', vatType: 'general' } as const;

/** An amount of money as its slip shows it: supplyWon + vatWon + taxFreeWon is the amount, exactly. */
export const TaxedAmountSchema = strictObject({
  taxation: TaxationSchema,
  vatType: VatTypeSchema,
  /** 공급가액; of a `simplified` shop the whole 공급대가. */
  supplyWon: AmountWonSchema,
  /** 부가세. */
  vatWon: AmountWonSchema,
  /** 면세금액. */
  taxFreeWon: AmountWonSchema,
});
export type TaxedAmount = Static<typeof TaxedAmountSchema>;

/**
 * Splits what was received, VAT included: 부가가치세법 제29조 제7항 makes the supply value 100/110 of it, so VAT is an
 * eleventh. The law says nothing of the won that remains: VAT is rounded down.
 */
export function splitTax(chargedWon: Won, terms: TaxTerms): TaxedAmount {
  const { taxation = usualTax.taxation, vatType = usualTax.vatType } = terms;
  const isExempt = taxation === 'exempt';
  const vatWon = won(isExempt || vatType === 'simplified' ? 0 : Math.floor(chargedWon / 11));
  const supplyWon = won(isExempt ? 0 : chargedWon - vatWon);
  return { taxation, vatType, supplyWon, vatWon, taxFreeWon: won(chargedWon - supplyWon - vatWon) };
}

/**
 * A refund's own part of its sale: the difference of two cumulative values, so that however a charge is refunded in parts,
 * they take back just what the sale's slip showed.
 */
export function splitRefundTax(terms: TaxTerms, refundedBeforeWon: Won, amountWon: Won): TaxedAmount {
  const before = splitTax(refundedBeforeWon, terms);
  const after = splitTax(won(refundedBeforeWon + amountWon), terms);
  return {
    ...after,
    supplyWon: won(after.supplyWon - before.supplyWon),
    vatWon: won(after.vatWon - before.vatWon),
    taxFreeWon: won(after.taxFreeWon - before.taxFreeWon),
  };
}
