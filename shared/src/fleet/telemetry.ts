import Type, { type Static, type TSchema } from 'typebox';
import { EpochMsSchema, strictObject } from '../schema.ts';
import { header } from '../wire/message-header.ts';
import { AppliedVersionSchema } from './config-messages.ts';

const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const count = (maximum = 1_000_000) => Type.Integer({ minimum: 0, maximum });
const bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const ms = Type.Integer({ minimum: 0, maximum: 10 ** 13 });
const label = Type.String({ maxLength: 80, pattern: '^[^\\u0000-\\u001f]*$' });

export const healthLevels = ['ok', 'warning', 'fault'] as const;
export type HealthLevel = (typeof healthLevels)[number];

/** What of a box can be unwell. */
export const healthParts = [
  'scanner',
  'printer',
  'light',
  'clock',
  'disk',
  'temperature',
  'memory',
  'certificate',
  'payments',
  'receipts',
  'config',
] as const;
export type HealthPart = (typeof healthParts)[number];

export const HealthSchema = strictObject({
  /** The worst of the problems. */
  level: Type.Enum(healthLevels),
  problems: Type.Array(strictObject({ part: Type.Enum(healthParts), level: Type.Enum(['warning', 'fault']) }), {
    maxItems: healthParts.length,
  }),
});
export type Health = Static<typeof HealthSchema>;

export const MachineSchema = strictObject({
  uptimeMs: ms,
  /** The hottest thermal zone, in thousandths of a degree Celsius. */
  temperatureMilliC: orNull(Type.Integer({ minimum: -100_000, maximum: 200_000 })),
  /** The file system of the box's data. */
  disk: orNull(
    strictObject({
      freeBytes: bytes,
      totalBytes: bytes,
      /** Written to its device since the machine started. */
      writtenBytes: orNull(bytes),
      /** Of an eMMC's life, as its register says (JESD84-B51, DEVICE_LIFE_TIME_EST); SD cards do not tell. */
      lifeUsedPercent: orNull(Type.Integer({ minimum: 0, maximum: 110 })),
    }),
  ),
  memory: strictObject({ totalBytes: bytes, availableBytes: bytes }),
});

/** How a box is. Unlike a payment it is not repeated: the next one says it all again. */
const telemetryProperties = {
  health: HealthSchema,
  versions: strictObject({
    software: Type.String({ maxLength: 40, pattern: '^[0-9A-Za-z.+-]*$' }),
    node: label,
    os: label,
    kernel: label,
    /** Of the journal's schema. */
    journal: count(),
  }),
  machine: MachineSchema,
  box: strictObject({ uptimeMs: ms, memoryBytes: bytes }),
  scanner: strictObject({
    ready: Type.Boolean(),
    lastReadAtMs: orNull(EpochMsSchema),
    /** Since the box started; `rejected`: what was no code. */
    reads: count(Number.MAX_SAFE_INTEGER),
    rejected: count(Number.MAX_SAFE_INTEGER),
  }),
  printer: strictObject({
    state: Type.Enum(['ok', 'fault', 'unknown', 'none']),
    faults: Type.Array(Type.Enum(['paper-out', 'cover-open', 'cutter', 'offline', 'error']), { maxItems: 5 }),
    nearEnd: Type.Boolean(),
  }),
  light: strictObject({
    driver: Type.Enum(['onoff', 'gpioset', 'leds', 'log', 'none']),
    state: Type.Enum(['stopped', 'ready', 'fault']),
  }),
  queues: strictObject({
    /** Payments and cancels that the operator has still to answer. */
    outbox: count(),
    /** Of those, payments whose outcome is unknown or that are being reversed. */
    unresolved: count(),
    /** Of those, cash sales made offline. */
    redeemed: count(),
    receipts: count(),
  }),
  clock: strictObject({
    trusted: Type.Boolean(),
    source: orNull(Type.Enum(['operator', 'ntp'])),
    /** Operator's time less the system's. */
    driftMs: orNull(Type.Integer({ minimum: -(10 ** 13), maximum: 10 ** 13 })),
    ratePpm: orNull(Type.Number({ minimum: -1e9, maximum: 1e9 })),
  }),
  /** Null: a box without certificate. */
  certificateExpiresAtMs: orNull(EpochMsSchema),
  configVersion: AppliedVersionSchema,
} as const;

export const TelemetrySchema = strictObject({ ...header('telemetry'), ...telemetryProperties });
export type Telemetry = Static<typeof TelemetrySchema>;
export const TelemetryBodySchema = strictObject(telemetryProperties);
/** Without header. */
export type TelemetryBody = Static<typeof TelemetryBodySchema>;
