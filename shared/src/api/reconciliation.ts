import Type, { type Static } from 'typebox';
import {
  BilingualSchema,
  BusinessDateSchema,
  CancelIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  PaymentIdSchema,
  Sha256Schema,
  SignedWonSchema,
  SplitSchema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import { StatementLineKindSchema } from '../settlement/statement.ts';
import { StatementRowSchema } from './settlement.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** One booked event of a payment, as it stands in a company's chained book. */
const TracedEntrySchema = strictObject({
  seq: Type.Integer({ minimum: 1 }),
  kind: StatementLineKindSchema,
  cancelId: orNull(CancelIdSchema),
  tender: TenderSchema,
  businessDate: BusinessDateSchema,
  atMs: EpochMsSchema,
  split: SplitSchema,
  postings: Type.Array(strictObject({ account: Type.String(), name: BilingualSchema, amountWon: SignedWonSchema })),
  /** Of the entry in the chain. */
  hash: Sha256Schema,
});

/** All that one company has of a payment: contract, entries, and the statements they stand in with what was paid. */
export const PaymentTraceSchema = strictObject({
  company: Type.String(),
  paymentId: PaymentIdSchema,
  /** The version of the contract it was divided by; null: from before versions were kept. */
  contractVersion: orNull(Type.Integer({ minimum: 1 })),
  entries: Type.Array(TracedEntrySchema),
  statements: Type.Array(StatementRowSchema),
});
export type PaymentTrace = Static<typeof PaymentTraceSchema>;

/** A payment at all companies, side by side; `trace` null with no problem: this company never booked it. */
export const ReconciliationSchema = strictObject({
  paymentId: PaymentIdSchema,
  companies: Type.Array(
    strictObject({
      company: Type.String(),
      trace: orNull(PaymentTraceSchema),
      problem: orNull(ErrorCodeSchema),
    }),
  ),
});
export type Reconciliation = Static<typeof ReconciliationSchema>;

/** Something booked that was looked for: enough to tell it from others, and to follow its payment. */
const FoundEventSchema = strictObject({
  paymentId: PaymentIdSchema,
  cancelId: orNull(CancelIdSchema),
  kind: StatementLineKindSchema,
  tender: TenderSchema,
  businessDate: BusinessDateSchema,
  /** Of a refund what was given back. */
  chargedWon: SignedWonSchema,
});
export type FoundEvent = Static<typeof FoundEventSchema>;

/**
 * `find`: a receipt's code, the number of a payment, cancel, statement or transfer; or an amount, or the last eight
 * digits of a number, on `businessDate`.
 */
export const BookSearchQuerySchema = strictObject({
  find: Type.String({ minLength: 1, maxLength: 64 }),
  businessDate: Type.Optional(BusinessDateSchema),
});

const findings = { events: Type.Array(FoundEventSchema), statements: Type.Array(StatementRowSchema) } as const;
/** What one book has of what was looked for, some fifty of each at most. */
export const BookFindingsSchema = strictObject({ ...findings, isMore: Type.Boolean() });
export type BookFindings = Static<typeof BookFindingsSchema>;

/** What the books of all companies have of it, each once, and who did not answer. */
export const FindingsSchema = strictObject({
  ...findings,
  isMore: Type.Boolean(),
  problems: Type.Array(strictObject({ company: Type.String(), code: ErrorCodeSchema })),
});
export type Findings = Static<typeof FindingsSchema>;
export const PaymentTraceParamsSchema = strictObject({ paymentId: PaymentIdSchema });

const DebtPartySchema = Type.Union([
  Type.Literal('card'),
  Type.Literal('pg'),
  Type.Literal('operator'),
  Type.Literal('merchants'),
]);
/** What one party owes another, as each of both has it in its book; null: shops keep no book here, or it is not to be had. */
export const DebtSchema = strictObject({
  debtor: DebtPartySchema,
  creditor: DebtPartySchema,
  /** What it is owed for. */
  what: BilingualSchema,
  debtorWon: orNull(SignedWonSchema),
  creditorWon: orNull(SignedWonSchema),
});
export type Debt = Static<typeof DebtSchema>;
export const DebtListSchema = strictObject({ debts: Type.Array(DebtSchema) });
