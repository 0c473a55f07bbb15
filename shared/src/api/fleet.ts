import Type, { type Static, type TSchema } from 'typebox';
import { BoxSettingsSchema } from '../fleet/box-settings.ts';
import { AppliedVersionSchema, ConfigRejectionSchema } from '../fleet/config-messages.ts';
import { HealthSchema, healthLevels, TelemetryBodySchema } from '../fleet/telemetry.ts';
import { DeviceIdSchema, EpochMsSchema, MerchantIdSchema, strictObject } from '../schema.ts';

const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

export const GroupNameSchema = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' });

/** `applied`: the box runs what is desired; `waiting`: it has not said so yet; `none`: nothing was ever desired. */
export const configStates = ['none', 'applied', 'waiting', 'rejected'] as const;
export type ConfigState = (typeof configStates)[number];

const deviceRow = {
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  merchantName: Type.String(),
  group: orNull(GroupNameSchema),
  enrolledAtMs: EpochMsSchema,
  /** Null: never heard of. */
  online: orNull(Type.Boolean()),
  sinceMs: orNull(EpochMsSchema),
  lastSeenAtMs: orNull(EpochMsSchema),
  /** As the box said last; null: it has said nothing yet. */
  health: orNull(HealthSchema),
  softwareVersion: orNull(Type.String()),
  config: strictObject({
    state: Type.Enum(configStates),
    /** 0: nothing was ever desired. */
    desiredVersion: AppliedVersionSchema,
    appliedVersion: AppliedVersionSchema,
  }),
} as const;
export const DeviceRowSchema = strictObject(deviceRow);
export type DeviceRow = Static<typeof DeviceRowSchema>;

export const maxDevicesPerPage = 100;
const deviceFilters = ['online', 'offline', 'unhealthy', 'not-configured'] as const;

export const DeviceQuerySchema = strictObject({
  /** `not-configured`: it does not run what is desired. `unhealthy`: warning or fault, as it said last. */
  filter: Type.Optional(Type.Enum(deviceFilters)),
  group: Type.Optional(GroupNameSchema),
  /** Boxes of any other software version. */
  notVersion: Type.Optional(Type.String({ minLength: 1, maxLength: 40, pattern: '^[0-9A-Za-z.+-]+$' })),
  /** Part of the device id, or a merchant id. */
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9-]+$' })),
  /** The last device id of the page before. */
  after: Type.Optional(DeviceIdSchema),
});
export type DeviceQuery = Static<typeof DeviceQuerySchema>;
export const DeviceListSchema = strictObject({
  devices: Type.Array(DeviceRowSchema, { maxItems: maxDevicesPerPage }),
  /** For `after`; null: this was the last page. */
  next: orNull(DeviceIdSchema),
});

export const TelemetryEntrySchema = strictObject({ receivedAtMs: EpochMsSchema, telemetry: TelemetryBodySchema });
export type TelemetryEntry = Static<typeof TelemetryEntrySchema>;

export const DeviceDetailSchema = strictObject({
  ...deviceRow,
  /** The box's own; they go before its group's. */
  ownSettings: BoxSettingsSchema,
  groupSettings: BoxSettingsSchema,
  /** Both together: what was sent. */
  desiredSettings: BoxSettingsSchema,
  desiredAtMs: orNull(EpochMsSchema),
  reportedAtMs: orNull(EpochMsSchema),
  rejected: orNull(ConfigRejectionSchema),
  newest: orNull(TelemetryEntrySchema),
});
export type DeviceDetail = Static<typeof DeviceDetailSchema>;

const maxTelemetryPerPage = 500;
export const TelemetryQuerySchema = strictObject({
  /** 100 unless told. */
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxTelemetryPerPage })),
});
/** Newest first. */
export const TelemetryListSchema = strictObject({
  deviceId: DeviceIdSchema,
  entries: Type.Array(TelemetryEntrySchema, { maxItems: maxTelemetryPerPage }),
});

const count = Type.Integer({ minimum: 0 });
export const FleetSummarySchema = strictObject({
  devices: count,
  online: count,
  offline: count,
  /** Enrolled, and never heard of. */
  silent: count,
  byHealth: Type.Record(Type.Enum(healthLevels), count),
  notConfigured: count,
  versions: Type.Array(strictObject({ version: Type.String(), devices: count })),
  groups: Type.Array(strictObject({ group: GroupNameSchema, devices: count, settings: BoxSettingsSchema })),
});
export type FleetSummary = Static<typeof FleetSummarySchema>;

export const SettingsBodySchema = strictObject({ settings: BoxSettingsSchema });
export const GroupBodySchema = strictObject({ group: orNull(GroupNameSchema) });
/** How many boxes got a new version; those that are connected have it within seconds. */
export const ConfigChangeSchema = strictObject({ changed: count });
