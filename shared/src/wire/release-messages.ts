import Type, { type Static } from 'typebox';
import { ManifestJwsSchema, ReleaseArchSchema } from '../release/manifest.ts';
import { ReleaseVersionSchema } from '../release/version.ts';
import { ErrorCodeSchema, MessageIdSchema, strictObject } from '../schema.ts';
import { header } from './message-header.ts';

export const RolloutIdSchema = MessageIdSchema;

/** What a box is to install. The operator may choose among releases; what is one, the release key says. */
export const WantedReleaseSchema = strictObject({
  rolloutId: RolloutIdSchema,
  manifestJws: ManifestJwsSchema,
  /** Where the artifact is, over HTTPS, by ranges. */
  url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
});
export type WantedRelease = Static<typeof WantedReleaseSchema>;

/** Retained. Null: nothing is wanted of the box any more; what has not been switched to yet is dropped. */
export const DesiredReleaseSchema = strictObject({
  ...header('release.desired'),
  release: Type.Union([WantedReleaseSchema, Type.Null()]),
});
export type DesiredRelease = Static<typeof DesiredReleaseSchema>;

/**
 * How far an update is. `installed`: beside the running one, waiting until the counter is free. `switched`: on trial.
 * `returning`: on its way back. The last three end it.
 */
export const updatePhases = [
  'downloading',
  'verified',
  'installed',
  'switched',
  'returning',
  'confirmed',
  'rolled-back',
  'failed',
] as const;
export const UpdatePhaseSchema = Type.Enum(updatePhases);
export type UpdatePhase = (typeof updatePhases)[number];

export const UpdateReportSchema = strictObject({
  rolloutId: RolloutIdSchema,
  version: Type.Union([ReleaseVersionSchema, Type.Null()], { description: 'Null: of a release nobody signed.' }),
  phase: UpdatePhaseSchema,
  /** Why it went back or was not begun; null: nothing is wrong. */
  code: Type.Union([ErrorCodeSchema, Type.Null()]),
  detail: Type.String({ maxLength: 200 }),
});
export type UpdateReport = Static<typeof UpdateReportSchema>;

/** Retained: what the box runs, and how far the last update is; null: there was none. */
export const ReleaseReportSchema = strictObject({
  ...header('release.report'),
  version: ReleaseVersionSchema,
  arch: ReleaseArchSchema,
  update: Type.Union([UpdateReportSchema, Type.Null()]),
});
export type ReleaseReport = Static<typeof ReleaseReportSchema>;
