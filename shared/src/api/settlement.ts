import Type, { type Static } from 'typebox';
import {
  BilingualSchema,
  BusinessDateSchema,
  DeviceIdSchema,
  EpochMsSchema,
  PaymentIdSchema,
  SignedWonSchema,
  StatementIdSchema,
  strictObject,
  TransferIdSchema,
} from '../schema.ts';
import { LineNameSchema, LineNoteSchema, SettledLineSchema } from '../settlement/line-act.ts';
import {
  HopSchema,
  PartySchema,
  StatementFaultSchema,
  StatementLineSchema,
  StatementSchema,
} from '../settlement/statement.ts';
import { AnswerJwsSchema } from '../settlement/statement-answer.ts';

/**
 * presented → approved → paid; or disputed, with the lines at fault, → part-paid: what both sides agree on. A merchant
 * is paid on its payout date; what a statement takes from it is netted, and carried forward while the sum is negative.
 */
export const StatementStateSchema = Type.Union([
  Type.Literal('presented'),
  Type.Literal('approved'),
  Type.Literal('paid'),
  Type.Literal('disputed'),
  Type.Literal('part-paid'),
]);
export type StatementState = Static<typeof StatementStateSchema>;

/**
 * A signed statement between companies: JWS of a `Statement`, typ `scanpay-statement+json`. Its lines are asked for at
 * the sender's where they differ.
 */
export const StatementBodySchema = strictObject({ statementJws: Type.String({ minLength: 1, maxLength: 8192 }) });

export const StatementAnswerSchema = strictObject({
  statementId: StatementIdSchema,
  answer: Type.Union([Type.Literal('approved'), Type.Literal('disputed')]),
  faults: Type.Array(StatementFaultSchema, { maxItems: 1000 }),
  /** The same, signed: JWS of a `SignedAnswer`. */
  answerJws: AnswerJwsSchema,
});
export type StatementAnswer = Static<typeof StatementAnswerSchema>;

/** The sender's signed word that a statement, or what is agreed of it, is paid: JWS of a `PaymentAdvice`. */
export const PaidBodySchema = strictObject({ adviceJws: Type.String({ minLength: 1, maxLength: 4096 }) });
export const PaidReplySchema = strictObject({ statementId: StatementIdSchema, paid: Type.Literal(true) });

/** One's own staff gives way on a disputed line: its sender corrects or withdraws it, its receiver accepts it. */
export const SettleLineBodySchema = strictObject({
  line: LineNameSchema,
  note: Type.Optional(LineNoteSchema),
});
/** The other side's signed word that it gives way: JWS of a `LineAct`. */
export const LineActBodySchema = strictObject({ actJws: Type.String({ minLength: 1, maxLength: 4096 }) });
export const LineActReplySchema = strictObject({ statementId: StatementIdSchema, settled: Type.Literal(true) });

export const CloseBodySchema = strictObject({ businessDate: BusinessDateSchema });
/** The date takes no more payments; its statements follow on their own. */
export const CloseReplySchema = strictObject({ businessDate: BusinessDateSchema, closed: Type.Literal(true) });
/** What a company has sent or received, one row per statement, for the settlement page. */
export const StatementRowSchema = strictObject({
  statementId: StatementIdSchema,
  hop: HopSchema,
  sender: PartySchema,
  receiver: PartySchema,
  /** S15: whose payments these are. */
  deviceId: Type.Union([DeviceIdSchema, Type.Null()]),
  businessDate: BusinessDateSchema,
  /** S15: from when on it is paid, once it is answered. */
  payoutDate: Type.Union([BusinessDateSchema, Type.Null()]),
  direction: Type.Union([Type.Literal('sent'), Type.Literal('received')]),
  state: StatementStateSchema,
  lineCount: Type.Integer({ minimum: 0 }),
  chargedWon: SignedWonSchema,
  feeWon: SignedWonSchema,
  payableWon: SignedWonSchema,
  /** What has been paid of it. */
  paidWon: SignedWonSchema,
  /** S15: the transfer that brought the money; null while there is none, or while it is carried forward. */
  transferId: Type.Union([TransferIdSchema, Type.Null()]),
  updatedAtMs: EpochMsSchema,
  faults: Type.Array(StatementFaultSchema),
  /** Disputed lines on which one side has given way, and how. */
  settledLines: Type.Array(SettledLineSchema),
});
export type StatementRow = Static<typeof StatementRowSchema>;
export const StatementListSchema = strictObject({ statements: Type.Array(StatementRowSchema) });
/** One statement with the signed text both sides keep as evidence; its lines are read in pages. */
export const StatementDetailSchema = strictObject({
  row: StatementRowSchema,
  statement: StatementSchema,
  statementJws: Type.String(),
});
export type StatementDetail = Static<typeof StatementDetailSchema>;

/** `after`: the payment the page before ended with; left out: from the first. */
export const LinesQuerySchema = strictObject({ after: Type.Optional(PaymentIdSchema) });
/** Lines in one page, at most. */
const maxPageLines = 2000;
/** Lines of a statement as the company that is asked has them in its book, in order. */
export const LinePageSchema = strictObject({
  lines: Type.Array(StatementLineSchema, { maxItems: maxPageLines }),
  /** What to ask for next (`after`); null: these were the last. */
  next: Type.Union([PaymentIdSchema, Type.Null()]),
});
export type LinePage = Static<typeof LinePageSchema>;

/** One account of a company's chart, with its balance; debit positive. */
export const AccountBalanceSchema = strictObject({
  account: Type.String(),
  /** Its number in the chart of accounts. */
  code: Type.String({ pattern: '^[1-9][0-9]{2}(-[0-9]{1,2})?$' }),
  kind: Type.Union([Type.Literal('asset'), Type.Literal('liability'), Type.Literal('income')]),
  name: BilingualSchema,
  amountWon: SignedWonSchema,
});
export type AccountBalance = Static<typeof AccountBalanceSchema>;
export const BalanceListSchema = strictObject({
  company: Type.String(),
  balances: Type.Array(AccountBalanceSchema),
});
