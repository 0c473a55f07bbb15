import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import type { UpdatePhase } from '@scanpay/shared/wire/release-messages.ts';

/** A signed release on record; its artifact is a file (`ReleaseFiles`). */
export interface ReleaseRecord {
  version: string;
  arch: ReleaseArch;
  manifestJws: string;
  sha256: string;
  bytes: number;
  expiresAtMs: number;
  addedAtMs: number;
}

/** What a box said of itself last. */
export interface DeviceRelease {
  deviceId: DeviceId;
  version: string;
  arch: ReleaseArch;
  /** The group of the fleet it is in. */
  group: string | null;
  reportedAtMs: number;
}

/** `halted`: by the operator's own rule, after too many failures. Only `running` tells boxes. */
export type RolloutState = 'running' | 'paused' | 'halted' | 'aborted';

export interface Rollout {
  rolloutId: string;
  version: string;
  /** Boxes in any of these; null: all. */
  groups: string[] | null;
  /** Of those, so many in a hundred, chosen by a hash: who is among 5 is among 20, too. */
  percent: number;
  /** Boxes told and not done yet at most. */
  atOnce: number;
  /** It is halted when more than this share of those that are done have failed, */
  maxFailedPercent: number;
  /** or so many. */
  maxFailures: number;
  state: RolloutState;
  createdAtMs: number;
  updatedAtMs: number;
}

export type AttemptState = 'told' | UpdatePhase;

/** One box in one rollout. */
export interface Attempt {
  deviceId: DeviceId;
  state: AttemptState;
  code: ErrorCode | null;
  detail: string;
  toldAtMs: number;
  updatedAtMs: number;
}

export interface ReleaseStore {
  /** False: one of this version is there for this machine. */
  addRelease(release: ReleaseRecord): Promise<boolean>;
  /** Newest first. */
  listReleases(): Promise<ReleaseRecord[]>;
  removeRelease(version: string, arch: ReleaseArch): Promise<void>;

  putDeviceRelease(device: Omit<DeviceRelease, 'group'>): Promise<void>;
  listDeviceReleases(): Promise<DeviceRelease[]>;

  /** False: another one is running or paused. */
  addRollout(rollout: Rollout): Promise<boolean>;
  findRollout(rolloutId: string): Promise<Rollout | undefined>;
  /** Newest first. */
  listRollouts(limit: number): Promise<Rollout[]>;
  /** False: it was in none of these states. */
  changeRollout(
    rolloutId: string,
    from: readonly RolloutState[],
    change: Partial<Pick<Rollout, 'state' | 'percent'>>,
    nowMs: number,
  ): Promise<boolean>;

  /** Those that were told before stay as they are. */
  addAttempts(rolloutId: string, deviceIds: readonly DeviceId[], nowMs: number): Promise<void>;
  /** What it was before; undefined: this box was not told by this rollout. */
  changeAttempt(
    rolloutId: string,
    deviceId: DeviceId,
    change: Pick<Attempt, 'state' | 'code' | 'detail'>,
    nowMs: number,
  ): Promise<AttemptState | undefined>;
  listAttempts(rolloutId: string): Promise<Attempt[]>;
  /** The rollout that told this box last. */
  lastAttempt(deviceId: DeviceId): Promise<{ rollout: Rollout; attempt: Attempt } | undefined>;
}
