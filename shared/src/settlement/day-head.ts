import Type, { type Static } from 'typebox';
import type { Result } from '../errors.ts';
import { BusinessDateSchema, createParser, EpochMsSchema, Sha256Schema, strictObject } from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';
import { PartySchema } from './statement.ts';

/** The `typ` of a signed day head: it cannot pass as any other document. */
const dayHeadTyp = 'scanpay-day-head+json';

/**
 * A company's word on its own book at the close of a date: every entry up to here is fixed by one hash. Given away, or
 * printed, it keeps even whoever holds the company's database and programs from changing a closed day unseen.
 */
export const DayHeadSchema = strictObject({
  v: Type.Literal(1),
  company: PartySchema,
  businessDate: BusinessDateSchema,
  /** Number of the last entry; 0 for an empty book. */
  throughSeq: Type.Integer({ minimum: 0 }),
  /** Its hash (SHA-256, base64url); empty for an empty book. */
  hash: Type.Union([Sha256Schema, Type.Literal('')]),
  sealedAtMs: EpochMsSchema,
});
export type DayHead = Static<typeof DayHeadSchema>;

const parseDayHead = createParser(DayHeadSchema);

export const signDayHead = (head: DayHead, signer: JwsSigner): Promise<string> => signJws(head, signer, dayHeadTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the keys of the company one expects. */
export async function openDayHead(jws: string, resolveKey: ResolveKey): Promise<Result<DayHead>> {
  const verified = await verifyJws(jws, resolveKey, dayHeadTyp);
  return verified.ok ? parseDayHead(verified.value.payload) : verified;
}
