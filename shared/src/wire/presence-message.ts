import Type, { type Static } from 'typebox';
import { MessageIdSchema, strictObject } from '../schema.ts';
import { header } from './message-header.ts';

/** Retained birth and last will share a session id: a late will of an old session is recognised. */
export const PresenceSchema = strictObject({
  ...header('presence'),
  sessionId: MessageIdSchema,
  online: Type.Boolean(),
});
export type Presence = Static<typeof PresenceSchema>;
