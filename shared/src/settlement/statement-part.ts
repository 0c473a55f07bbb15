import Type, { type Static } from 'typebox';
import { Sha256Schema, StatementIdSchema } from '../schema.ts';

/**
 * S15 over MQTT. A payload holds at most 16 KiB, a statement of one day may be larger, so its JWS travels cut in parts.
 * Each part is a signed message of its own; the whole carries the operator's signature over all of it.
 *
 * 11 KiB of text fill a payload to about 15.4 KiB once they are signed and enveloped (base64 adds a third).
 */
export const statementPartChars = 11 * 1024;
/** Some 9,000 lines, which is 2.8 MB in the box's memory. A larger statement is refused with `too_large`. */
export const maxStatementParts = 256;

/** The members of a `settlement.statement` message beside its header. */
export const statementPartProperties = {
  statementId: StatementIdSchema,
  /** SHA-256 of the whole JWS, base64url; the answer names it. */
  statementSha256: Sha256Schema,
  /** 1 to `parts`. */
  part: Type.Integer({ minimum: 1, maximum: maxStatementParts }),
  parts: Type.Integer({ minimum: 1, maximum: maxStatementParts }),
  /** This part of the compact JWS (typ `scanpay-statement+json`) of the statement. */
  jwsPart: Type.String({ pattern: `^[A-Za-z0-9_.-]{1,${statementPartChars}}$` }),
} as const;
export type StatementPart = {
  [Name in keyof typeof statementPartProperties]: Static<(typeof statementPartProperties)[Name]>;
};
