import type { HealthLevel } from '@scanpay/shared/fleet/telemetry.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';

/** One row per box that was ever heard of. */
export interface DeviceStateTable {
  device_id: DeviceId;
  session_id: string | null;
  online: 0 | 1 | null;
  since_ms: number | null;
  ended_sessions_json: string;
  /** When the broker last said that it is online or offline. */
  confirmed_at_ms: number | null;
  last_seen_ms: number | null;
  /** How many were kept, ever: the place of the next one follows from it. */
  telemetry_count: number;
  telemetry_at_ms: number | null;
  health_json: string | null;
  health_level: HealthLevel | null;
  software_version: string | null;
  applied_version: number;
  rejected_json: string | null;
  reported_at_ms: number | null;
}

export interface TelemetryTable {
  device_id: DeviceId;
  slot: number;
  received_at_ms: number;
  telemetry_json: string;
}

export interface DeviceGroupTable {
  group_name: string;
  settings_json: string;
  changed_at_ms: number;
}

/** `settings_json`: the box's own. `desired_json`: its group's and its own together; version 0: never sent. */
export interface DeviceConfigTable {
  device_id: DeviceId;
  group_name: string | null;
  settings_json: string;
  desired_version: number;
  desired_json: string;
  desired_at_ms: number | null;
}

export interface FleetTables {
  operator_device_states: DeviceStateTable;
  operator_telemetry: TelemetryTable;
  operator_device_groups: DeviceGroupTable;
  operator_device_configs: DeviceConfigTable;
}
