import Type, { type Static } from 'typebox';
import { commandKinds } from '../command/command-kinds.ts';
import {
  BilingualSchema,
  CommandIdSchema,
  DeviceIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  Sha256Schema,
  strictObject,
} from '../schema.ts';
import type { CommandOrder } from '../wire/command-messages.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Who of the staff does it, as the operator's records are to name them. */
export const StaffNameSchema = Type.String({ minLength: 1, maxLength: 60 });

const dayMs = 86_400_000;

/** An order to a box. */
export const OrderBodySchema = strictObject({
  order: Type.Unsafe<CommandOrder>(Type.Union(commandKinds.map(({ order }) => order))),
  requestedBy: StaffNameSchema,
  /** From then on the box does not begin it any more; ten minutes, if left out. */
  expiresInMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 7 * dayMs })),
  /** A UUIDv7 of the caller's, so that it may ask again; else the operator makes one. */
  commandId: Type.Optional(CommandIdSchema),
});
export type OrderBody = Static<typeof OrderBodySchema>;

const CommandStateSchema = Type.Union([
  Type.Literal('queued', { description: 'The box is not there.' }),
  Type.Literal('sent', { description: 'On its way.' }),
  Type.Literal('accepted', { description: 'In the box’s journal, under way.' }),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('expired', { description: 'Its time was over before the box took it.' }),
]);

export const CommandViewSchema = strictObject({
  commandId: CommandIdSchema,
  deviceId: DeviceIdSchema,
  order: Type.Unsafe<CommandOrder>(Type.Object({ kind: Type.String() }, { additionalProperties: true })),
  requestedBy: Type.String(),
  state: CommandStateSchema,
  createdAtMs: EpochMsSchema,
  expiresAtMs: EpochMsSchema,
  sentAtMs: orNull(EpochMsSchema),
  acceptedAtMs: orNull(EpochMsSchema),
  endedAtMs: orNull(EpochMsSchema),
  /** Why it failed, and in words. */
  code: orNull(ErrorCodeSchema),
  reason: orNull(BilingualSchema),
  detail: Type.String(),
  result: orNull(Type.Unsafe<Record<string, unknown>>(Type.Object({}, { additionalProperties: true }))),
  /** To be had at `/v1/commands/{commandId}/attachment`, as long as it is kept. */
  attachment: orNull(strictObject({ sha256: Sha256Schema, sizeBytes: Type.Integer(), partCount: Type.Integer() })),
  /** The box's answer as it signed it (JWS); null: there is none. */
  resultJws: orNull(Type.String()),
});
export type CommandView = Static<typeof CommandViewSchema>;

export const maxCommandsPerPage = 50;
export const CommandListSchema = strictObject({
  commands: Type.Array(CommandViewSchema, { maxItems: maxCommandsPerPage }),
  /** For `before`; null: this was the last page. */
  next: orNull(CommandIdSchema),
});
