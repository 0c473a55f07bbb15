import { Sha256Schema, strictObject } from '@scanpay/shared/schema.ts';
import { OperatorKeySetSchema } from '@scanpay/shared/wire/operator-keys.ts';
import Type, { type Static } from 'typebox';

/** What the operator has told this box over the wire to believe of it. */
export const StoredOperatorKeysSchema = strictObject({
  v: Type.Literal(1),
  /** The identity it belongs to; null: a box that is known by token. */
  claimSha256: Type.Union([Sha256Schema, Type.Null()]),
  keys: OperatorKeySetSchema,
});
export type StoredOperatorKeys = Static<typeof StoredOperatorKeysSchema>;

/** Whole or not at all, also when the power fails. */
export interface OperatorKeysStore {
  /** Undefined: the operator has told nothing yet. @throws ScanPayError `configuration` when it cannot be read. */
  readKeys(): StoredOperatorKeys | undefined;
  writeKeys(keys: StoredOperatorKeys): void;
}
