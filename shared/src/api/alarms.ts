import Type, { type Static } from 'typebox';
import { alarmSeverities } from '../alarm/alarm-codes.ts';
import { AlarmIdSchema, BilingualSchema, DeviceIdSchema, EpochMsSchema, strictObject } from '../schema.ts';
import { StaffNameSchema } from './commands.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Perceived severity, ITU-T X.733. */
const AlarmSeveritySchema = Type.Enum(alarmSeverities);

export const AlarmViewSchema = strictObject({
  alarmId: AlarmIdSchema,
  deviceId: DeviceIdSchema,
  code: Type.String(),
  severity: AlarmSeveritySchema,
  /** Who sees that it begins and that it is over. */
  source: Type.Union([Type.Literal('box'), Type.Literal('operator')]),
  state: Type.Union([Type.Literal('raised'), Type.Literal('acknowledged'), Type.Literal('cleared')]),
  words: BilingualSchema,
  detail: Type.String(),
  /** How often it began before it was over. */
  count: Type.Integer({ minimum: 1 }),
  raisedAtMs: EpochMsSchema,
  lastRaisedAtMs: EpochMsSchema,
  acknowledgedAtMs: orNull(EpochMsSchema),
  acknowledgedBy: orNull(Type.String()),
  acknowledgeNote: orNull(Type.String()),
  clearedAtMs: orNull(EpochMsSchema),
  /** Of the staff; null: its source saw that it is over. */
  clearedBy: orNull(Type.String()),
  clearReason: orNull(Type.String()),
});
export type AlarmView = Static<typeof AlarmViewSchema>;

export const maxAlarmsPerPage = 200;
export const AlarmListQuerySchema = strictObject({
  /** `open`: raised or acknowledged. Left out: all. */
  state: Type.Optional(Type.Enum(['open', 'raised', 'acknowledged', 'cleared'])),
  severity: Type.Optional(AlarmSeveritySchema),
  deviceId: Type.Optional(DeviceIdSchema),
  /** The last alarm of the page before. */
  before: Type.Optional(AlarmIdSchema),
});
export const AlarmListSchema = strictObject({
  /** Newest first. */
  alarms: Type.Array(AlarmViewSchema, { maxItems: maxAlarmsPerPage }),
  /** For `before`; null: this was the last page. */
  next: orNull(AlarmIdSchema),
});

export const AcknowledgeBodySchema = strictObject({
  by: StaffNameSchema,
  note: Type.Optional(Type.String({ maxLength: 200 })),
});
export const ClearBodySchema = strictObject({
  by: StaffNameSchema,
  reason: Type.String({ minLength: 1, maxLength: 200 }),
});
