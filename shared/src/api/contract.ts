import Type, { type Static } from 'typebox';
import {
  AmountWonSchema,
  BusinessDateSchema,
  EpochMsSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  Sha256Schema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import { TaxationSchema, VatTypeSchema } from '../tax/tax.ts';
import { DiscountSchema } from './pg.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** A fee on the amount charged: the share in basis points, floored, but at least `minWon` and at most `capWon`. */
export const FeeTermsSchema = strictObject({
  bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
  minWon: AmountWonSchema,
  /** Null: no cap. */
  capWon: orNull(PayableWonSchema),
});
export type FeeTerms = Static<typeof FeeTermsSchema>;

/**
 * When the merchant is paid. `same-day`: as soon as the statement is approved, holidays too, for single transfers between
 * Korean banks run round the clock. `daily`: so many banking days after the business date (D+1, D+2). `weekly`: weeks run from
 * Monday to Sunday and are paid on a weekday of the next one (1 Monday … 5 Friday). `monthly`: a month is paid on a day
 * of the next one, its last where it has no such day. What falls on a holiday is paid on the next banking day.
 */
export const SettlementCycleSchema = Type.Union([
  strictObject({ kind: Type.Literal('same-day') }),
  strictObject({ kind: Type.Literal('daily'), bankingDays: Type.Union([Type.Literal(1), Type.Literal(2)]) }),
  strictObject({ kind: Type.Literal('weekly'), weekday: Type.Integer({ minimum: 1, maximum: 5 }) }),
  strictObject({ kind: Type.Literal('monthly'), day: Type.Integer({ minimum: 1, maximum: 31 }) }),
]);
export type SettlementCycle = Static<typeof SettlementCycleSchema>;

const contractTerms = {
  /** Null: every offer. */
  offerId: orNull(OfferIdSchema),
  /** Null: every tender. */
  tender: orNull(TenderSchema),
  /** First business date it holds for. */
  validFrom: BusinessDateSchema,
  /** Last one; null: until the next version of the same merchant, offer and tender begins. */
  validTo: orNull(BusinessDateSchema),
  /** A version that was entered by mistake and has not begun; it then never does. */
  replaces: orNull(Type.Integer({ minimum: 1 })),
  cardFee: FeeTermsSchema,
  pgFee: FeeTermsSchema,
  operatorFee: FeeTermsSchema,
  /** What the merchant grants, if it is more than the coupon was sold with; null: what it was sold with. */
  discount: orNull(DiscountSchema),
  settlementCycle: SettlementCycleSchema,
};

/** Left out in versions of before they were told apart: taxable, of a general taxpayer (`usualTax`). */
const taxTerms = { taxation: Type.Optional(TaxationSchema), vatType: Type.Optional(VatTypeSchema) };

/**
 * A new version of a contract, as the operator's staff enter it; it gets the merchant's next number. How its sales are taxed
 * is said each time: a version that merely forgot it would be a wrong receipt.
 */
export const ContractDraftSchema = strictObject({ ...contractTerms, taxation: TaxationSchema, vatType: VatTypeSchema });
export type ContractDraft = Static<typeof ContractDraftSchema>;

/** A version as the operator's configuration brings it along, with the number it has had from the start. */
export const ContractSeedSchema = strictObject({
  version: Type.Integer({ minimum: 1 }),
  ...contractTerms,
  ...taxTerms,
});

/** One version of the operator's contract with a merchant. It never changes; a later one takes its place. */
export const ContractVersionSchema = strictObject({
  merchantId: MerchantIdSchema,
  /** Counts up per merchant; with the merchant's id it names the version. */
  version: Type.Integer({ minimum: 1 }),
  ...contractTerms,
  ...taxTerms,
});
export type ContractVersion = Static<typeof ContractVersionSchema>;

const ContractEntrySchema = strictObject({
  contract: ContractVersionSchema,
  /** SHA-256 over the version (canonical JSON, base64url), pinned on every payment under it. */
  digest: Sha256Schema,
  enteredAtMs: EpochMsSchema,
});

/** Every version a merchant ever had, in order of their numbers. */
export const ContractListSchema = strictObject({
  merchantId: MerchantIdSchema,
  merchantName: Type.String(),
  contracts: Type.Array(ContractEntrySchema),
});
export const ContractReplySchema = ContractEntrySchema;

export const MerchantListSchema = strictObject({
  merchants: Type.Array(strictObject({ merchantId: MerchantIdSchema, name: Type.String() })),
});

/** Asks which version applies to a payment. */
export const ContractQuerySchema = strictObject({
  businessDate: BusinessDateSchema,
  offerId: OfferIdSchema,
  tender: TenderSchema,
});
export const ApplicableContractSchema = strictObject({
  contract: ContractVersionSchema,
  digest: Sha256Schema,
  /** The banking day on which that business date is paid by its settlement cycle. */
  payoutDate: BusinessDateSchema,
});
