import Type, { type Static } from 'typebox';
import { EpochMsSchema, ErrorCodeSchema, strictObject } from '../schema.ts';
import { header } from '../wire/message-header.ts';

/** Versions of one box's configuration count up for ever, also when the operator's database was lost in between. */
const maxConfigVersion = 1_000_000_000_000;
export const ConfigVersionSchema = Type.Integer({ minimum: 1, maximum: maxConfigVersion });
export const AppliedVersionSchema = Type.Integer({ minimum: 0, maximum: maxConfigVersion });

/**
 * Retained on `down/config`: what the box is to be set to. The settings are `BoxSettings`; they are looked at only when
 * signature and version hold, so that a key this box does not know yet is answered and not dropped.
 */
export const DesiredConfigSchema = strictObject({
  ...header('config.desired'),
  configVersion: ConfigVersionSchema,
  settings: Type.Unsafe<unknown>(
    Type.Object({}, { additionalProperties: true, description: 'As in PUT /v1/devices/{deviceId}/config.' }),
  ),
});
export type DesiredConfig = Static<typeof DesiredConfigSchema>;

const WordsSchema = strictObject({
  ko: Type.String({ minLength: 1, maxLength: 200 }),
  en: Type.String({ minLength: 1, maxLength: 200 }),
});

export const ConfigRejectionSchema = strictObject({
  configVersion: ConfigVersionSchema,
  code: ErrorCodeSchema,
  words: WordsSchema,
  /** What was wrong, e.g. the JSON pointer of a bad key. */
  detail: Type.String({ maxLength: 200 }),
  atMs: EpochMsSchema,
});
export type ConfigRejection = Static<typeof ConfigRejectionSchema>;

/** Retained on `up/reported`: what the box runs with, and what it would not take since. Said again after each connect. */
export const ReportedConfigSchema = strictObject({
  ...header('config.reported'),
  /** 0: the box's own file alone. */
  appliedVersion: AppliedVersionSchema,
  appliedAtMs: Type.Union([EpochMsSchema, Type.Null()]),
  rejected: Type.Union([ConfigRejectionSchema, Type.Null()]),
});
export type ReportedConfig = Static<typeof ReportedConfigSchema>;
