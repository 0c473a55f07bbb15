import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import { compareVersions } from '@scanpay/shared/release/version.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Attempt, AttemptState, DeviceRelease, Rollout } from '../../ports/release-store.ts';

/** A box that was told and does nothing for so long is away: another one is told instead. */
const awayMs = 10 * 60_000;
/** A box that has changed over and says nothing for so long has failed. Its own trial lasts minutes. */
const silentMs = 30 * 60_000;
/** Shares say nothing of fewer. */
const sharesFrom = 5;

const failedStates: ReadonlySet<AttemptState> = new Set(['rolled-back', 'failed']);
export const hasFailed = ({ state }: Pick<Attempt, 'state'>): boolean => failedStates.has(state);
export const isDone = (attempt: Pick<Attempt, 'state'>): boolean => attempt.state === 'confirmed' || hasFailed(attempt);

/** 0 to below 100, the same each time it is asked; another rollout begins with other boxes. */
export function shareOf(rolloutId: string, deviceId: DeviceId): number {
  const bits = Buffer.from(sha256Base64Url(`${rolloutId}:${deviceId}`), 'base64url').readUInt32BE(0);
  return (bits / 2 ** 32) * 100;
}

/** The boxes a rollout is for: of its groups, within its percentage, older than it, and of a machine it is there for. */
export function chooseBoxes(
  { rolloutId, version, groups, percent }: Rollout,
  devices: readonly DeviceRelease[],
  archs: readonly ReleaseArch[],
): DeviceId[] {
  return devices
    .filter((device) => groups === null || (device.group !== null && groups.includes(device.group)))
    .filter((device) => archs.includes(device.arch) && compareVersions(device.version, version) < 0)
    .filter(({ deviceId }) => shareOf(rolloutId, deviceId) < percent)
    .map(({ deviceId }) => deviceId);
}

/** Whether so many failures are too many. */
export function isTooBad({ maxFailures, maxFailedPercent }: Rollout, attempts: readonly Attempt[]): boolean {
  const done = attempts.filter(isDone).length;
  const failed = attempts.filter(hasFailed).length;
  return failed >= maxFailures || (done >= sharesFrom && failed * 100 > done * maxFailedPercent);
}

export interface RolloutPlan {
  /** No box is told any more, and those that have not changed over yet are called off. */
  halt: boolean;
  tell: DeviceId[];
  /** Changed over, and not heard of since. */
  silent: DeviceId[];
}

/** What is to be done for a running rollout now. */
export function planRollout(
  rollout: Rollout,
  { chosen, attempts }: { chosen: readonly DeviceId[]; attempts: readonly Attempt[] },
  nowMs: number,
): RolloutPlan {
  const isSilent = ({ state, updatedAtMs }: Attempt): boolean =>
    (state === 'switched' || state === 'returning') && nowMs - updatedAtMs >= silentMs;
  const silent = attempts.filter(isSilent).map(({ deviceId }) => deviceId);
  const judged = attempts.map((each) => (isSilent(each) ? { ...each, state: 'failed' as const } : each));
  if (isTooBad(rollout, judged)) return { halt: true, tell: [], silent };
  const isAway = ({ state, toldAtMs }: Attempt): boolean => state === 'told' && nowMs - toldAtMs >= awayMs;
  const underWay = judged.filter((attempt) => !isDone(attempt) && !isAway(attempt)).length;
  const told = new Set(attempts.map(({ deviceId }) => deviceId));
  const left = chosen.filter((deviceId) => !told.has(deviceId));
  return { halt: false, tell: left.slice(0, Math.max(0, rollout.atOnce - underWay)), silent };
}
