import Type, { type Static } from 'typebox';
import { Sha256Schema, StatementIdSchema, strictObject } from '../schema.ts';
import { header } from '../wire/message-header.ts';
import { LineNameSchema, SettledLineSchema } from './line-act.ts';

/** Statements one query asks about. */
export const maxAskedStatements = 20;
/** Lines of one statement that a box can dispute (`maxAnswerFaults`). */
const maxSettledLines = 15;

/** Box → operator: the merchant takes the operator's version of a disputed line. Repeated until `settlement.lines` has it. */
export const SettlementAcceptSchema = strictObject({
  ...header('settlement.accept'),
  statementId: StatementIdSchema,
  statementSha256: Sha256Schema,
  line: LineNameSchema,
});
export type SettlementAccept = Static<typeof SettlementAcceptSchema>;

/** Box → operator: what became of the disputed lines of these statements? */
export const SettlementLinesQuerySchema = strictObject({
  ...header('settlement.lines-query'),
  statementIds: Type.Array(StatementIdSchema, { minItems: 1, maxItems: maxAskedStatements }),
});
export type SettlementLinesQuery = Static<typeof SettlementLinesQuerySchema>;

/** Operator → box: every disputed line of a statement that is settled. */
export const SettlementLinesSchema = strictObject({
  ...header('settlement.lines'),
  statementId: StatementIdSchema,
  lines: Type.Array(SettledLineSchema, { maxItems: maxSettledLines }),
});
export type SettlementLines = Static<typeof SettlementLinesSchema>;
