import type { DeviceQuery } from '@scanpay/shared/api/fleet.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { BoxSettings } from '@scanpay/shared/fleet/box-settings.ts';
import type { ConfigRejection } from '@scanpay/shared/fleet/config-messages.ts';
import type { Health, HealthLevel, TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';

/** What is known of a box's connection. A session is one connection of the box; its id is a UUIDv7 of the box's making. */
export interface PresenceState {
  sessionId: string;
  online: boolean;
  /** When the operator learnt of it. */
  sinceMs: number;
  /** Sessions that are over, oldest first, as many as are worth remembering. */
  endedSessions: readonly string[];
}

/** A box as the fleet's list shows it. */
export interface FleetRow {
  deviceId: DeviceId;
  merchantId: MerchantId;
  enrolledAtMs: number;
  group: string | null;
  /** Null: never heard of. */
  presence: { online: boolean; sinceMs: number } | null;
  lastSeenAtMs: number | null;
  health: Health | null;
  softwareVersion: string | null;
  /** 0: nothing was ever desired. */
  desiredVersion: number;
  appliedVersion: number;
  rejected: ConfigRejection | null;
}

export interface TelemetryRecord {
  receivedAtMs: number;
  telemetry: TelemetryBody;
}

export interface FleetCounts {
  devices: number;
  online: number;
  offline: number;
  byHealth: Record<HealthLevel, number>;
  notConfigured: number;
  versions: { version: string; devices: number }[];
}

/** What is known of how boxes are. */
export interface FleetStateStore {
  /**
   * Takes what `judge` makes of the presence known so far, in one transaction; nothing of a box that is revoked. `isLive`:
   * the box itself has just spoken. Resolves with whether the box went online or offline by it.
   */
  recordPresence(
    deviceId: DeviceId,
    judge: (known: PresenceState | undefined) => PresenceState | null,
    about: { isLive: boolean; nowMs: number },
  ): Promise<boolean>;
  /** Boxes that are said to be online, and were last heard to be before then, go offline. Resolves with how many. */
  endUnconfirmed(confirmedBeforeMs: number, nowMs: number): Promise<number>;
  /** Which of these boxes are online. */
  listOnline(deviceIds: readonly DeviceId[]): Promise<DeviceId[]>;
  /** Boxes that went offline then or before and are to come back (a revoked one is not), at most `limit`. */
  listGone(offlineSinceMs: number, limit: number): Promise<DeviceId[]>;
  /** Keeps it as the newest, and in the box's history in place of the oldest once there are `maxHistory`. */
  recordTelemetry(deviceId: DeviceId, record: TelemetryRecord, maxHistory: number): Promise<void>;
  /** Newest first. */
  listTelemetry(deviceId: DeviceId, limit: number): Promise<TelemetryRecord[]>;
  /** Deletes history from before then, at most `limit` rows. Resolves with how many. */
  purgeTelemetry(receivedBeforeMs: number, limit: number): Promise<number>;
  /** In order of their ids, at most `limit`. */
  listFleet(query: DeviceQuery, limit: number): Promise<FleetRow[]>;
  findFleetRow(deviceId: DeviceId): Promise<FleetRow | undefined>;
  countFleet(): Promise<FleetCounts>;
}

/** What a box is to be set to: its group's settings and over them its own, under a version that only ever grows. */
export interface DesiredRecord {
  deviceId: DeviceId;
  version: number;
  settings: BoxSettings;
  desiredAtMs: number;
}

export interface DeviceConfigRecord {
  ownSettings: BoxSettings;
  groupSettings: BoxSettings;
  /** Null: nothing was ever desired. */
  desired: DesiredRecord | null;
  reportedAtMs: number | null;
}

export interface GroupRecord {
  group: string;
  settings: BoxSettings;
  devices: number;
}

export interface FleetConfigStore {
  /** Each of these resolves with the boxes whose desired settings changed, under their new versions. */
  setOwnSettings(deviceId: DeviceId, settings: BoxSettings, nowMs: number): Promise<DesiredRecord[]>;
  /** A group that is not there yet has no settings. Refuses with `group_limit`. */
  setGroup(
    deviceId: DeviceId,
    group: string | null,
    about: { nowMs: number; maxGroups: number },
  ): Promise<Result<DesiredRecord[]>>;
  /** Refuses with `group_limit`. */
  setGroupSettings(
    group: string,
    settings: BoxSettings,
    about: { nowMs: number; maxGroups: number },
  ): Promise<Result<DesiredRecord[]>>;
  listGroups(): Promise<GroupRecord[]>;
  findDeviceConfig(deviceId: DeviceId): Promise<DeviceConfigRecord>;
  findDesired(deviceId: DeviceId): Promise<DesiredRecord | undefined>;
  /** Everything that was ever desired, in order of device ids. */
  listDesired(after: DeviceId | null, limit: number): Promise<DesiredRecord[]>;
  /**
   * What the box says it runs. A box that has a newer version than was ever desired (the database is older than that)
   * gets a newer one still: resolves with it, else with null.
   */
  recordReported(
    deviceId: DeviceId,
    reported: { appliedVersion: number; rejected: ConfigRejection | null },
    nowMs: number,
  ): Promise<DesiredRecord | null>;
}

export interface FleetStore extends FleetStateStore, FleetConfigStore {}
