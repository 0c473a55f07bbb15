import Type, { type Static } from 'typebox';
import { OperatorVerifyJwkSchema } from '../auth-barcode/key-jwk.ts';
import { EpochMsSchema, Sha256Schema, strictObject } from '../schema.ts';
import { sha256Base64Url } from './envelope.ts';
import { header } from './message-header.ts';
import { VerifyJwkSchema } from './message-key.ts';

const Pem = Type.String({ minLength: 1, maxLength: 4096 });

const keySet = {
  /** What the operator signs messages with, now, before and next. */
  messageKeys: Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 8 }),
  /** What coupons are signed with, likewise. */
  couponKeys: Type.Array(OperatorVerifyJwkSchema, { minItems: 1, maxItems: 16 }),
  /** CAs of the operator's servers, PEM; empty where boxes are known by token. */
  caCertificates: Type.Array(Pem, { maxItems: 3 }),
};

/** Everything a box believes of its operator, as of an instant: a later set takes the place of an earlier one. */
export const OperatorKeySetSchema = strictObject({ ...keySet, issuedAtMs: EpochMsSchema });
export type OperatorKeySet = Static<typeof OperatorKeySetSchema>;

/**
 * Signed by a key the box believes already. The box keeps the set and uses it at once, and answers with `keys.held`.
 * Retained.
 */
export const OperatorKeysSchema = strictObject({ ...header('operator.keys'), ...keySet, issuedAtMs: EpochMsSchema });
export type OperatorKeysMessage = Static<typeof OperatorKeysSchema>;

/** The box holds this set, on disk. */
export const KeysHeldSchema = strictObject({ ...header('keys.held'), keysSha256: Sha256Schema });

/** Names what is in a set, whenever it was issued. */
export function hashKeySet({ messageKeys, couponKeys, caCertificates }: Omit<OperatorKeySet, 'issuedAtMs'>): string {
  const parts = [
    ...messageKeys.map(({ kid, x }) => `message ${kid} ${x}`),
    ...couponKeys.map(({ kid, x }) => `coupon ${kid} ${x}`),
    ...caCertificates.map((pem) => `ca ${pem.trim()}`),
  ];
  return sha256Base64Url(parts.sort().join('\n'));
}
