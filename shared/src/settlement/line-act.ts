import Type, { type Static } from 'typebox';
import type { Result } from '../errors.ts';
import { createParser, EpochMsSchema, Sha256Schema, StatementIdSchema, strictObject } from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';
import { lineKey, PartySchema, type StatementFault, type StatementLine, StatementLineSchema } from './statement.ts';

/** The `typ` of a signed act on a disputed line: it cannot pass as any other document. */
const lineActTyp = 'scanpay-line-act+json';

const { kind, paymentId, cancelId } = StatementLineSchema.properties;
/** Which line of a statement. */
export const LineNameSchema = strictObject({ kind, paymentId, cancelId });
export type LineName = Static<typeof LineNameSchema>;

/**
 * How a disputed line ends. `accepted`: the receiver takes the sender's line, or its absence. `corrected`: the sender takes
 * the receiver's: it corrects its line, or withdraws it where the receiver has none. Whoever gives way books the difference.
 */
export const LineOutcomeSchema = Type.Union([Type.Literal('accepted'), Type.Literal('corrected')]);
export type LineOutcome = Static<typeof LineOutcomeSchema>;

/** What the staff says about it; printable, one line. */
export const LineNoteSchema = Type.String({ maxLength: 200, pattern: '^[^\\p{Cc}]*$' });

/** One side's word that it gives way on a line; signed by that side, kept by both. */
export const LineActSchema = strictObject({
  v: Type.Literal(1),
  statementId: StatementIdSchema,
  /** SHA-256 of the statement's JWS, base64url. */
  statementSha256: Sha256Schema,
  line: LineNameSchema,
  outcome: LineOutcomeSchema,
  /** Who gives way. */
  by: PartySchema,
  /** The line as it now stands for both; null: there is none. */
  agreed: Type.Union([StatementLineSchema, Type.Null()]),
  note: LineNoteSchema,
  actedAtMs: EpochMsSchema,
});
export type LineAct = Static<typeof LineActSchema>;

/** An act as pages show it. `proposed`: the other side has not taken it yet. */
export const SettledLineSchema = strictObject({
  line: LineNameSchema,
  outcome: LineOutcomeSchema,
  by: PartySchema,
  agreed: Type.Union([StatementLineSchema, Type.Null()]),
  note: LineNoteSchema,
  actedAtMs: EpochMsSchema,
  state: Type.Union([Type.Literal('proposed'), Type.Literal('settled')]),
});
export type SettledLine = Static<typeof SettledLineSchema>;

const parseAct = createParser(LineActSchema);

export const signLineAct = (act: LineAct, signer: JwsSigner): Promise<string> => signJws(act, signer, lineActTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the keys of the party one expects. */
export async function openLineAct(jws: string, resolveKey: ResolveKey): Promise<Result<LineAct>> {
  const verified = await verifyJws(jws, resolveKey, lineActTyp);
  return verified.ok ? parseAct(verified.value.payload) : verified;
}

/** The fault a line stands in; undefined: both sides agree on it, or nobody has it. */
export function findFault(faults: readonly StatementFault[], line: LineName): StatementFault | undefined {
  return faults.find(({ theirs, ours }) => {
    const either = theirs ?? ours;
    return either !== null && lineKey(either) === lineKey(line);
  });
}

/** The line both sides stand by after the act. */
export const agreedLine = ({ theirs, ours }: StatementFault, outcome: LineOutcome): StatementLine | null =>
  outcome === 'accepted' ? theirs : ours;
