import Type, { type Static } from 'typebox';
import { commandKinds } from '../command/command-kinds.ts';
import { CommandIdSchema, EpochMsSchema, ErrorCodeSchema, Sha256Schema, strictObject } from '../schema.ts';
import { header } from './message-header.ts';

/** Bytes of an attachment in one message: encoded twice in base64, they fit an MQTT payload with room for the header. */
export const attachmentPartBytes = 7_500;
/** An attachment has at most this many parts: 480 kB. */
export const maxAttachmentParts = 64;

const KindName = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });

/**
 * What a box is to do. A kind that it does not know, or not in this form, is answered with `command_unknown` or
 * `invalid_input`, not dropped: whoever gave the order is told.
 */
const CommandOrderSchema = Type.Union([
  ...commandKinds.map(({ order }) => order),
  Type.Object({ kind: KindName }, { description: 'Any other kind, of another version.' }),
]);
/** An order whose kind's own schema has not been looked at. */
export type CommandOrder = { kind: string } & Record<string, unknown>;

/**
 * Operator → box. Repeated until the box has said what came of it; idempotent on `commandId`: the box does it once, and
 * answers a repetition with what it answered before.
 */
export const CommandSchema = strictObject({
  ...header('command'),
  commandId: CommandIdSchema,
  order: Type.Unsafe<CommandOrder>(CommandOrderSchema),
  /** From here on the box begins it no more. */
  expiresAtMs: EpochMsSchema,
});
export type Command = Static<typeof CommandSchema>;

/** A file that a command brought; it comes first, in parts (`command.attachment`). */
const AttachmentSchema = strictObject({
  /** Of the whole. */
  sha256: Sha256Schema,
  sizeBytes: Type.Integer({ minimum: 1, maximum: attachmentPartBytes * maxAttachmentParts }),
  partCount: Type.Integer({ minimum: 1, maximum: maxAttachmentParts }),
});
export type CommandAttachmentInfo = Static<typeof AttachmentSchema>;

export const CommandOutcomeSchema = Type.Union([
  /** It is in the box's journal and under way. */
  strictObject({ kind: Type.Literal('accepted') }),
  strictObject({
    kind: Type.Literal('done'),
    /** As the command's kind says. */
    result: Type.Unsafe<Record<string, unknown>>(
      Type.Union([
        ...commandKinds.map(({ result }) => result),
        Type.Object({}, { maxProperties: 20, description: 'Of another kind.' }),
      ]),
    ),
    attachment: Type.Union([AttachmentSchema, Type.Null()]),
  }),
  /** Refused, or tried in vain. */
  strictObject({ kind: Type.Literal('failed'), code: ErrorCodeSchema, detail: Type.String({ maxLength: 200 }) }),
]);
export type CommandOutcome = Static<typeof CommandOutcomeSchema>;
export type CommandEnd = Exclude<CommandOutcome, { kind: 'accepted' }>;

/** Box → operator: what came of a command. */
const CommandResultSchema = strictObject({
  ...header('command.result'),
  commandId: CommandIdSchema,
  outcome: CommandOutcomeSchema,
});
export type CommandResult = Static<typeof CommandResultSchema>;

/** Box → operator: one part of a command's attachment, sent before its result. */
const CommandAttachmentSchema = strictObject({
  ...header('command.attachment'),
  commandId: CommandIdSchema,
  sha256: Sha256Schema,
  /** From 0. */
  part: Type.Integer({ minimum: 0, maximum: maxAttachmentParts - 1 }),
  /** base64url. */
  data: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: Math.ceil((attachmentPartBytes * 4) / 3) }),
});
export type CommandAttachment = Static<typeof CommandAttachmentSchema>;

/** From the box, about commands. */
export const commandUpMessages = {
  'command.result': CommandResultSchema,
  'command.attachment': CommandAttachmentSchema,
} as const;
