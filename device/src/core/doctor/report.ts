import { DeviceIdSchema, EpochMsSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type, { type Static } from 'typebox';

/** What a technician's check looks at, in the order it is done and printed. */
export const checkIds = [
  'service',
  'scanner',
  'light',
  'printer',
  'print',
  'network',
  'broker',
  'login',
  'clock',
  'disk',
  'journal',
  'temperature',
  'throttling',
  'versions',
] as const;
export type CheckId = (typeof checkIds)[number];

const WordsSchema = strictObject({
  ko: Type.String({ minLength: 1, maxLength: 300 }),
  en: Type.String({ minLength: 1, maxLength: 300 }),
});
/** The same in both languages. */
export type Words = Static<typeof WordsSchema>;

const seen = Type.String({ minLength: 1, maxLength: 500, description: 'What was found, or the system’s own error.' });

/** A fault always says what to do about it. */
export const FindingSchema = Type.Union([
  strictObject({
    outcome: Type.Union([Type.Literal('ok'), Type.Literal('warning'), Type.Literal('skipped')]),
    seen,
    advice: Type.Array(WordsSchema, { maxItems: 8 }),
  }),
  strictObject({
    outcome: Type.Literal('fault'),
    seen,
    advice: Type.Array(WordsSchema, { minItems: 1, maxItems: 8 }),
  }),
]);
export type Finding = Static<typeof FindingSchema>;
export type Outcome = Finding['outcome'];

export const CheckResultSchema = strictObject({
  check: Type.Unsafe<CheckId>(Type.String({ enum: [...checkIds] })),
  /** Which one, where there are several; empty otherwise. */
  part: Type.String({ maxLength: 200 }),
  tookMs: Type.Integer({ minimum: 0 }),
  finding: FindingSchema,
});
export type CheckResult = Static<typeof CheckResultSchema>;

/** What `doctor --json` prints. */
export const DoctorReportSchema = strictObject({
  v: Type.Literal(1),
  deviceId: DeviceIdSchema,
  /** By the box's own clock, which may be wrong. */
  startedAtMs: EpochMsSchema,
  /** The worst of the checks; skipped ones do not count. */
  outcome: Type.Union([Type.Literal('ok'), Type.Literal('warning'), Type.Literal('fault')]),
  checks: Type.Array(CheckResultSchema, { maxItems: 32 }),
});
export type DoctorReport = Static<typeof DoctorReportSchema>;

export function worstOutcome(checks: readonly CheckResult[]): DoctorReport['outcome'] {
  const outcomes = new Set(checks.map(({ finding }) => finding.outcome));
  if (outcomes.has('fault')) return 'fault';
  return outcomes.has('warning') ? 'warning' : 'ok';
}

/** 0: the box can be used. 1: there is a fault. (2, a configuration that cannot be read, has no report.) */
export function exitCodeOf(report: DoctorReport): 0 | 1 {
  return report.outcome === 'fault' ? 1 : 0;
}

const maxSeenChars = 500;
const toLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, maxSeenChars) || '-';

export const allWell = (text: string): Finding => ({ outcome: 'ok', seen: toLine(text), advice: [] });
export const warn = (text: string, ...advice: Words[]): Finding => ({ outcome: 'warning', seen: toLine(text), advice });
export const skip = (text: string, ...advice: Words[]): Finding => ({ outcome: 'skipped', seen: toLine(text), advice });
export const fault = (text: string, ...advice: [Words, ...Words[]]): Finding => ({
  outcome: 'fault',
  seen: toLine(text),
  advice,
});
