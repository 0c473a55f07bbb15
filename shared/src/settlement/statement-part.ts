import Type, { type Static } from 'typebox';
import { Sha256Schema, StatementIdSchema } from '../schema.ts';

/**
 * S15 over MQTT. A payload holds at most 16 KiB, a statement of one day may be larger, so its text (`makeStatementText`)
 * travels cut in parts. Each part is a signed message of its own; the whole carries the operator's signature.
 *
 * 9 KiB of text fill a payload to at most 15.4 KiB: JSON escapes its quotes, of which a line has some thirty, and base64
 * adds a third.
 */
export const statementPartChars = 9 * 1024;
/** Some 11,000 lines, which is 2.4 MB in the box's memory. A larger statement is refused with `too_large`. */
export const maxStatementParts = 256;

/** The members of a `settlement.statement` message beside its header. */
export const statementPartProperties = {
  statementId: StatementIdSchema,
  /** SHA-256 of the statement's JWS, base64url; the answer names it. */
  statementSha256: Sha256Schema,
  /** SHA-256 of the whole text, base64url. */
  textSha256: Sha256Schema,
  /** 1 to `parts`. */
  part: Type.Integer({ minimum: 1, maximum: maxStatementParts }),
  parts: Type.Integer({ minimum: 1, maximum: maxStatementParts }),
  /** This part of the text: the compact JWS (typ `scanpay-statement+json`) of the statement, then its lines. */
  textPart: Type.String({ pattern: `^[ -~\\n]{1,${statementPartChars}}$` }),
} as const;
export type StatementPart = {
  [Name in keyof typeof statementPartProperties]: Static<(typeof statementPartProperties)[Name]>;
};
