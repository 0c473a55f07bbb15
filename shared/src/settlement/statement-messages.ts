import Type, { type Static } from 'typebox';
import { Sha256Schema, StatementIdSchema, strictObject } from '../schema.ts';
import { header } from '../wire/message-header.ts';
import { StatementFaultSchema } from './statement.ts';
import { statementPartProperties } from './statement-part.ts';

/** Lines at fault in one answer of a box: 15 of the largest still fit the payload limit once signed. */
export const maxAnswerFaults = 15;

/**
 * S15: the merchant's statement goes to the terminal, which checks it against its own journal. One part of its JWS;
 * `createStatementAssembler` puts the parts together, `openStatement` checks signature and schema of the whole.
 */
export const SettlementStatementSchema = strictObject({
  ...header('settlement.statement'),
  ...statementPartProperties,
});
export type SettlementStatement = Static<typeof SettlementStatementSchema>;

/** Repeated until a `settlement.state` answers it. */
export const SettlementAnswerSchema = strictObject({
  ...header('settlement.answer'),
  statementId: StatementIdSchema,
  /** SHA-256 of the statement's JWS, as its parts named it. */
  statementSha256: Sha256Schema,
  answer: Type.Union([Type.Literal('approved'), Type.Literal('disputed')]),
  /** The first lines at fault with both versions, as many as fit a payload; empty when approved. */
  faults: Type.Array(StatementFaultSchema, { maxItems: maxAnswerFaults }),
});
export type SettlementAnswer = Static<typeof SettlementAnswerSchema>;

/**
 * The operator has recorded the merchant's answer; after an approval the payout is released, after a dispute that of the
 * lines both sides agree on (`part-paid`).
 */
export const SettlementStateSchema = strictObject({
  ...header('settlement.state'),
  statementId: StatementIdSchema,
  state: Type.Union([
    Type.Literal('presented'),
    Type.Literal('approved'),
    Type.Literal('paid'),
    Type.Literal('disputed'),
    Type.Literal('part-paid'),
  ]),
});
export type SettlementState = Static<typeof SettlementStateSchema>;
