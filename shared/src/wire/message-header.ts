import Type from 'typebox';
import { DeviceIdSchema, EpochMsSchema, MessageIdSchema } from '../schema.ts';

/** The wire's major version; a message of another one is refused with `version_unsupported`. */
export const wireVersion = 1;

/** Members every signed message carries, whichever way it goes. */
export const header = <T extends string>(type: T) => ({
  v: Type.Literal(wireVersion),
  type: Type.Literal(type),
  messageId: MessageIdSchema,
  deviceId: DeviceIdSchema,
  sentAtMs: EpochMsSchema,
});
