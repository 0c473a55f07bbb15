import type { Static } from 'typebox';
import { IssuedTermsSchema } from '../redemption/merchant-terms.ts';
import { EpochMsSchema, MessageIdSchema, strictObject } from '../schema.ts';
import { header } from './message-header.ts';

/** The box asks the operator's clock; the answer bounds the box's error by half the round trip. */
export const ClockQuerySchema = strictObject(header('clock.query'));

/** The box asks for the terms of its merchant, after every connect and now and then. */
export const TermsQuerySchema = strictObject(header('terms.query'));

export const ClockAnswerSchema = strictObject({
  ...header('clock.answer'),
  queryId: MessageIdSchema,
  cloudTimeMs: EpochMsSchema,
});
export type ClockAnswer = Static<typeof ClockAnswerSchema>;

/** The answer to `terms.query`, and sent when the terms change. The box keeps the one issued last. */
export const MerchantTermsMessageSchema = strictObject({
  ...header('merchant.terms'),
  ...IssuedTermsSchema.properties,
});
export type MerchantTermsMessage = Static<typeof MerchantTermsMessageSchema>;
