import Type, { type Static } from 'typebox';
import { EpochMsSchema, MessageIdSchema, strictObject } from '../schema.ts';
import { header } from './message-header.ts';

/** Alarms that one box can have open at once; more than there are codes, so that later versions fit. */
export const maxOpenAlarms = 64;

/** One alarm that the box has open. */
export const OpenAlarmSchema = strictObject({
  /** Of `alarmKinds`; one of a later version is kept as a warning. */
  code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  raisedAtMs: EpochMsSchema,
  /** How often it was seen to begin again before it was cleared; 1 at first. */
  count: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  /** English, for whoever looks into it: figures, never a person or a card. */
  detail: Type.String({ maxLength: 120 }),
});
export type OpenAlarm = Static<typeof OpenAlarmSchema>;

/**
 * Box → operator: all alarms it has open, after each change and each connect, repeated until `alarm.recorded` answers it.
 * What is not in it is over: so nothing is lost while the box is away, and nothing stays open for ever.
 */
export const AlarmReportSchema = strictObject({
  ...header('alarm.report'),
  /** Names the journal that counts the revisions. */
  journalId: MessageIdSchema,
  /** Grows with every change; an older one than the operator has is a late or repeated report. */
  revision: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  open: Type.Array(OpenAlarmSchema, { maxItems: maxOpenAlarms }),
});
export type AlarmReport = Static<typeof AlarmReportSchema>;

/** Operator → box: this report is on record. */
export const AlarmRecordedSchema = strictObject({
  ...header('alarm.recorded'),
  journalId: MessageIdSchema,
  revision: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
export type AlarmRecorded = Static<typeof AlarmRecordedSchema>;
