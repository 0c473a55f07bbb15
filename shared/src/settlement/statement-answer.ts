import Type, { type Static } from 'typebox';
import type { Result } from '../errors.ts';
import { createParser, EpochMsSchema, Sha256Schema, StatementIdSchema, strictObject } from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';
import { PartySchema } from './statement.ts';

/** The `typ` of a company's signed answer to a statement: it cannot pass as any other document. */
const answerTyp = 'scanpay-statement-answer+json';

/**
 * A company's word on a statement it received (S13, S14): money moves on it, so both sides keep it. A merchant's is the
 * box's `settlement.answer` (S15). There may be a thousand lines at fault; they travel beside it, and the digest binds them.
 */
export const SignedAnswerSchema = strictObject({
  v: Type.Literal(1),
  statementId: StatementIdSchema,
  /** SHA-256 of the statement's JWS, base64url. */
  statementSha256: Sha256Schema,
  /** Who answers. */
  by: PartySchema,
  answer: Type.Union([Type.Literal('approved'), Type.Literal('disputed')]),
  /** SHA-256 over the canonical JSON of the lines at fault (`StatementFault[]`, none when approved), base64url. */
  faultsSha256: Sha256Schema,
  answeredAtMs: EpochMsSchema,
});
export type SignedAnswer = Static<typeof SignedAnswerSchema>;

/** Longest compact JWS of one, in characters. */
const maxAnswerChars = 2_048;
/** A signed answer as it travels beside the lines at fault. */
export const AnswerJwsSchema = Type.String({ minLength: 1, maxLength: maxAnswerChars });

const parseAnswer = createParser(SignedAnswerSchema);

export const signAnswer = (answer: SignedAnswer, signer: JwsSigner): Promise<string> =>
  signJws(answer, signer, answerTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the keys of the company one expects. */
export async function openAnswer(jws: string, resolveKey: ResolveKey): Promise<Result<SignedAnswer>> {
  const verified = await verifyJws(jws, resolveKey, answerTyp);
  return verified.ok ? parseAnswer(verified.value.payload) : verified;
}
