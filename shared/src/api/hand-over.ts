import Type, { type Static } from 'typebox';
import { DeviceIdSchema, EpochMsSchema, MerchantIdSchema, Sha256Schema, strictObject } from '../schema.ts';

/** Names the kind of document a box signs when it is handed over. */
export const handOverTyp = 'scanpay-hand-over+json';

const HandOverCheckSchema = strictObject({
  check: Type.String({ pattern: '^[a-z-]{1,32}$' }),
  /** Which one, where there are several. */
  part: Type.String({ maxLength: 200 }),
  outcome: Type.Enum(['ok', 'warning', 'fault', 'skipped'] as const),
});

/** What a technician asks of the box at the end: who hands it over, and what was checked. */
export const HandOverBodySchema = strictObject({
  technician: Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000-\\u001f\\u007f]+$' }),
  checks: Type.Array(HandOverCheckSchema, { minItems: 1, maxItems: 32 }),
});
export type HandOverBody = Static<typeof HandOverBodySchema>;

/** What the box signs with its message key (JWS, EdDSA): the state in which the shop got it. */
export const HandOverSchema = strictObject({
  v: Type.Literal(1),
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  ...HandOverBodySchema.properties,
  /** By the box's clock. */
  handedOverAtMs: EpochMsSchema,
});
export type HandOver = Static<typeof HandOverSchema>;

const HandOverJws = Type.String({ minLength: 1, maxLength: 12_000 });
/** The digest, SHA-256 of the JWS, stands on the slip. */
export const SignedHandOverSchema = strictObject({ handOverJws: HandOverJws, digest: Sha256Schema });
export type SignedHandOver = Static<typeof SignedHandOverSchema>;

export const HandOverRecordBodySchema = strictObject({ handOverJws: HandOverJws });
export const HandOverRecordSchema = strictObject({
  digest: Sha256Schema,
  handOver: HandOverSchema,
  recordedAtMs: EpochMsSchema,
});
export const HandOverListSchema = strictObject({
  deviceId: DeviceIdSchema,
  handOvers: Type.Array(strictObject({ ...HandOverRecordSchema.properties, handOverJws: HandOverJws })),
});
