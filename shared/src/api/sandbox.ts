import Type, { type Static } from 'typebox';
import { BusinessDateSchema, EpochMsSchema, ErrorCodeSchema, StatementIdSchema, strictObject } from '../schema.ts';
import { BalanceListSchema, StatementRowSchema } from './settlement.ts';

/** The stand-in for the outside world: what one can see on the phones, and at all companies at once. */

export const MobileSchema = Type.String({ pattern: '^[0-9]{8,15}$' });
export const MobileListSchema = strictObject({ mobiles: Type.Array(MobileSchema) });

export const PhoneMessageSchema = strictObject({
  number: Type.Integer({ minimum: 1 }),
  subject: Type.String(),
  text: Type.String(),
  hasJpeg: Type.Boolean(),
  receivedAtMs: EpochMsSchema,
});
export type PhoneMessage = Static<typeof PhoneMessageSchema>;
/** Newest first. */
export const PhoneMessageListSchema = strictObject({ messages: Type.Array(PhoneMessageSchema) });
export const PictureParamsSchema = strictObject({
  mobile: MobileSchema,
  number: Type.Integer({ minimum: 1 }),
});

const CompanySchema = Type.Union([Type.Literal('card'), Type.Literal('pg'), Type.Literal('operator')]);

/** One company's own account of a day, from its own HTTP API. */
export const CompanyDaySchema = strictObject({
  company: CompanySchema,
  statements: Type.Array(StatementRowSchema),
  balances: BalanceListSchema.properties.balances,
  /** Why this company could not be asked; its lists are then empty. */
  problem: Type.Union([ErrorCodeSchema, Type.Null()]),
});
export type CompanyDay = Static<typeof CompanyDaySchema>;

export const SettlementDaySchema = strictObject({
  businessDate: BusinessDateSchema,
  companies: Type.Array(CompanyDaySchema),
});
export type SettlementDay = Static<typeof SettlementDaySchema>;
export const CompanyStatementParamsSchema = strictObject({ company: CompanySchema, statementId: StatementIdSchema });
