import Type, { type Static } from 'typebox';
import { ManifestJwsSchema, ReleaseArchSchema } from '../release/manifest.ts';
import { ReleaseVersionSchema } from '../release/version.ts';
import { DeviceIdSchema, EpochMsSchema, ErrorCodeSchema, Sha256Schema, strictObject } from '../schema.ts';
import { RolloutIdSchema, updatePhases } from '../wire/release-messages.ts';
import { GroupNameSchema } from './fleet.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

export const ReleaseBodySchema = strictObject({ manifestJws: ManifestJwsSchema });
export const ReleaseParamsSchema = strictObject({ version: ReleaseVersionSchema, arch: ReleaseArchSchema });
export const ReleaseRowSchema = strictObject({
  version: ReleaseVersionSchema,
  arch: ReleaseArchSchema,
  bytes: Type.Integer(),
  sha256: Sha256Schema,
  expiresAtMs: EpochMsSchema,
  addedAtMs: EpochMsSchema,
  /** The artifact is there. */
  uploaded: Type.Boolean(),
});
export type ReleaseRow = Static<typeof ReleaseRowSchema>;
export const ReleaseListSchema = strictObject({ releases: Type.Array(ReleaseRowSchema) });

const percent = Type.Integer({ minimum: 1, maximum: 100 });
export const PercentBodySchema = strictObject({ percent });
export const RolloutBodySchema = strictObject({
  version: ReleaseVersionSchema,
  /** Boxes in any of these; null: all. */
  groups: orNull(Type.Array(GroupNameSchema, { minItems: 1, maxItems: 16 })),
  percent,
  /** Boxes told and not done at most. */
  atOnce: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Halted when a greater share of at least five that are done have failed, */
  maxFailedPercent: Type.Integer({ minimum: 0, maximum: 100 }),
  /** or so many. */
  maxFailures: Type.Integer({ minimum: 1, maximum: 1000 }),
});
export type RolloutBody = Static<typeof RolloutBodySchema>;
export const RolloutParamsSchema = strictObject({ rolloutId: RolloutIdSchema });

const attemptStates = ['told', ...updatePhases] as const;
const AttemptStateSchema = Type.Enum(attemptStates);
const RolloutStateSchema = Type.Enum(['running', 'paused', 'halted', 'aborted']);

export const RolloutRowSchema = strictObject({
  rolloutId: RolloutIdSchema,
  ...RolloutBodySchema.properties,
  state: RolloutStateSchema,
  /** Boxes it is for by now; those that have the release no more counted. */
  chosen: Type.Integer({ minimum: 0 }),
  told: Type.Integer({ minimum: 0 }),
  confirmed: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0 }),
  createdAtMs: EpochMsSchema,
  updatedAtMs: EpochMsSchema,
});
export type RolloutRow = Static<typeof RolloutRowSchema>;
export const RolloutListSchema = strictObject({ rollouts: Type.Array(RolloutRowSchema) });

const AttemptRowSchema = strictObject({
  deviceId: DeviceIdSchema,
  state: AttemptStateSchema,
  code: orNull(ErrorCodeSchema),
  /** The code in words. */
  reason: orNull(strictObject({ ko: Type.String(), en: Type.String() })),
  detail: Type.String(),
  toldAtMs: EpochMsSchema,
  updatedAtMs: EpochMsSchema,
});
export type AttemptRow = Static<typeof AttemptRowSchema>;
export const RolloutDetailSchema = strictObject({
  ...RolloutRowSchema.properties,
  attempts: Type.Array(AttemptRowSchema),
});
export type RolloutDetail = Static<typeof RolloutDetailSchema>;

export const DeviceReleaseListSchema = strictObject({
  devices: Type.Array(
    strictObject({
      deviceId: DeviceIdSchema,
      version: ReleaseVersionSchema,
      arch: ReleaseArchSchema,
      group: orNull(GroupNameSchema),
      reportedAtMs: EpochMsSchema,
    }),
  ),
});
