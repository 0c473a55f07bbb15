import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import type { AttemptState, RolloutState } from '../../../ports/release-store.ts';

interface ReleaseTable {
  version: string;
  arch: ReleaseArch;
  manifest_jws: string;
  sha256: string;
  bytes: number;
  expires_at_ms: number;
  added_at_ms: number;
}

interface DeviceReleaseTable {
  device_id: DeviceId;
  version: string;
  arch: ReleaseArch;
  reported_at_ms: number;
}

export interface RolloutTable {
  rollout_id: string;
  version: string;
  groups_json: string;
  percent: number;
  at_once: number;
  max_failed_percent: number;
  max_failures: number;
  state: RolloutState;
  open: 1 | null;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface AttemptTable {
  rollout_id: string;
  device_id: DeviceId;
  state: AttemptState;
  code: ErrorCode | null;
  detail: string;
  told_at_ms: number;
  updated_at_ms: number;
}

export interface ReleaseTables {
  operator_releases: ReleaseTable;
  operator_device_releases: DeviceReleaseTable;
  operator_rollouts: RolloutTable;
  operator_rollout_attempts: AttemptTable;
}
