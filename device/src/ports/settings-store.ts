import { ConfigVersionSchema } from '@scanpay/shared/fleet/config-messages.ts';
import { DeviceIdSchema, EpochMsSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type, { type Static } from 'typebox';

export const StoredSettingsSchema = strictObject({
  v: Type.Literal(1),
  /** Settings of the identity the box had before are not its own. */
  deviceId: DeviceIdSchema,
  configVersion: ConfigVersionSchema,
  appliedAtMs: EpochMsSchema,
  /** As the operator sent them; checked again when they are read, for the box may be of another version by then. */
  settings: Type.Unsafe<unknown>(Type.Object({}, { additionalProperties: true })),
});
export type StoredSettings = Static<typeof StoredSettingsSchema>;

/** The newest settings the box has applied: whole or not at all, also when the power fails. */
export interface SettingsStore {
  /** Undefined: none. @throws ScanPayError `configuration` when they cannot be read. */
  read(): StoredSettings | undefined;
  /** On disk when it returns. @throws when the disk does not take it. */
  write(stored: StoredSettings): void;
}
