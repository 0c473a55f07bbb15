import Type, { type Static } from 'typebox';
import { accept, type Result, refuse } from '../errors.ts';
import { maxAmountWon, type Won } from '../money.ts';
import { strictObject } from '../schema.ts';

const optional = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }));

/** One line of a slip: what 58 mm paper holds, a Korean letter counting two of 32 columns, is cut by the layout. */
const SlipLinesSchema = Type.Array(Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\u0000-\\u001f]*$' }), {
  maxItems: 4,
});

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * What the operator may set on a box while it runs: every key is optional, and a key that is missing is as the box's own
 * file has it. Nothing here can lock the operator out: neither who the box is, nor whom it speaks to, nor its drivers.
 */
export const BoxSettingsSchema = strictObject({
  telemetryIntervalMs: optional(10_000, 86_400_000, 'How often the box tells how it is, give or take a tenth.'),
  logLevel: Type.Optional(Type.Enum(logLevels, { description: 'What the box writes to its log.' })),
  receipt: Type.Optional(
    strictObject({
      header: Type.Optional(SlipLinesSchema),
      footer: Type.Optional(SlipLinesSchema),
    }),
  ),
  limits: Type.Optional(
    strictObject({
      deadlineMs: optional(3_000, 60_000, 'No result within this: unknown.'),
      repeatMs: optional(500, 30_000, 'An unanswered message is repeated after this; at most deadlineMs.'),
      inquiries: optional(1, 20, 'Inquiries before the reversal.'),
      maxRepeatMs: optional(1_000, 600_000, 'Longest pause between reversals or cancels; at least repeatMs.'),
      recheckMs: optional(10_000, 600_000, 'Time the clerk has for a recheck.'),
      awaitScanMs: optional(10_000, 600_000, 'Time an entered sale waits for a scan.'),
      showResultMs: optional(1_000, 600_000, 'How long a result stays on the counter.'),
      maxOpen: optional(1, 1_000, 'Unresolved payments at most.'),
    }),
  ),
  offline: Type.Optional(
    strictObject({
      maxCount: optional(0, 1_000, 'Offline redemptions that wait at most; 0: none.'),
      maxTotalWon: Type.Optional(Type.Unsafe<Won>(Type.Integer({ minimum: 0, maximum: maxAmountWon }))),
      maxPerCoupon: optional(1, 99, 'Uses of one coupon at this box while offline.'),
    }),
  ),
  health: Type.Optional(
    strictObject({
      diskWarnMib: optional(1, 1_000_000, 'Less free space than this is a warning.'),
      diskFaultMib: optional(1, 1_000_000, 'Less than this is a fault; below diskWarnMib.'),
      hotC: optional(30, 110, 'Hotter than this, in °C, is a warning.'),
      tooHotC: optional(30, 110, 'Hotter than this is a fault; above hotC.'),
      driftWarnMs: optional(10, 3_600_000, 'A system clock further off is a warning.'),
      certificateWarnDays: optional(0, 365, 'A certificate that runs out sooner is a warning.'),
      memoryWarnPercent: optional(1, 90, 'Less memory available than this is a warning.'),
    }),
  ),
});
export type BoxSettings = Static<typeof BoxSettingsSchema>;

type Sections = Required<{ [K in keyof BoxSettings]: Required<NonNullable<BoxSettings[K]>> }>;
/** Settings with every key: what is in force. */
export type EffectiveSettings = Omit<Sections, 'telemetryIntervalMs' | 'logLevel'> & {
  telemetryIntervalMs: number;
  logLevel: LogLevel;
};

/** Lays settings over others, key by key; lists are replaced as a whole. */
export function layOver<S extends BoxSettings>(base: S, over: BoxSettings): S {
  const { telemetryIntervalMs = base.telemetryIntervalMs, logLevel = base.logLevel } = over;
  const merged: BoxSettings = {
    ...(telemetryIntervalMs === undefined ? {} : { telemetryIntervalMs }),
    ...(logLevel === undefined ? {} : { logLevel }),
  };
  const sections = {
    receipt: { ...base.receipt, ...over.receipt },
    limits: { ...base.limits, ...over.limits },
    offline: { ...base.offline, ...over.offline },
    health: { ...base.health, ...over.health },
  };
  for (const [name, section] of Object.entries(sections)) {
    if (Object.keys(section).length > 0) Object.assign(merged, { [name]: section });
  }
  return merged as S;
}

/**
 * What a schema cannot say: keys that contradict each other. Keys that are missing contradict nothing. Refuses with
 * `invalid_input`, the detail naming the key.
 */
export function checkSettings<S extends BoxSettings>(settings: S): Result<S> {
  const { limits = {}, health = {} } = settings;
  const { deadlineMs = Number.POSITIVE_INFINITY, repeatMs, maxRepeatMs = Number.POSITIVE_INFINITY } = limits;
  if (repeatMs !== undefined && repeatMs > deadlineMs) {
    return refuse('invalid_input', '/limits/repeatMs: must not be longer than deadlineMs');
  }
  if (repeatMs !== undefined && repeatMs > maxRepeatMs) {
    return refuse('invalid_input', '/limits/maxRepeatMs: must not be shorter than repeatMs');
  }
  const {
    diskWarnMib = Number.POSITIVE_INFINITY,
    diskFaultMib = 0,
    hotC = 0,
    tooHotC = Number.POSITIVE_INFINITY,
  } = health;
  if (diskFaultMib >= diskWarnMib) return refuse('invalid_input', '/health/diskFaultMib: must be below diskWarnMib');
  if (hotC >= tooHotC) return refuse('invalid_input', '/health/tooHotC: must be above hotC');
  return accept(settings);
}
