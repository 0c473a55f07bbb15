import type { Clock } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import type { WantedRelease } from '@scanpay/shared/wire/release-messages.ts';
import { chooseBoxes, isDone, planRollout } from '../../../core/release/plan-rollout.ts';
import type { Log } from '../../../ports/log.ts';
import type { Attempt, AttemptState, ReleaseStore, Rollout } from '../../../ports/release-store.ts';
import type { ReleaseDesk } from './release-desk.ts';

/** These can still be called off: the box has not changed over. */
const droppable: ReadonlySet<AttemptState> = new Set(['told', 'downloading', 'verified', 'installed']);

type OnFailure = (rollout: Rollout, deviceId: DeviceId, code: ErrorCode, detail: string) => void;

/** Tells boxes what is wanted of them, and no more of them than the rollout allows. */
export function createRolloutTeller(deps: {
  store: ReleaseStore;
  releases: ReleaseDesk;
  send(deviceId: DeviceId, release: WantedRelease | null): Promise<void>;
  /** Undefined: there is nowhere boxes could download from. */
  artifactUrl(version: string, arch: ReleaseArch): string | undefined;
  clock: Clock;
  log: Log;
}) {
  const { store, releases, send, artifactUrl, clock, log } = deps;
  /** One at a time, so that two reports do not tell twice as many. */
  let tail: Promise<void> = Promise.resolve();
  let isWaiting = false;

  /** Retained: a box that is away finds it. One that the broker does not take is said again when the box is back. */
  const say = async (deviceId: DeviceId, rollout: Rollout | null): Promise<void> => {
    const release = rollout === null ? null : await wantedOf(deviceId, rollout);
    if (release === undefined) return log.warn({ deviceId }, 'no release to tell this box of');
    await send(deviceId, release).catch((err: unknown) => log.info({ err, deviceId }, 'the box was not told'));
  };
  const wantedOf = async (deviceId: DeviceId, { rolloutId, version }: Rollout) => {
    const device = (await store.listDeviceReleases()).find((each) => each.deviceId === deviceId);
    if (device === undefined) return undefined;
    const release = await releases.find(version, device.arch);
    const url = artifactUrl(version, device.arch);
    return release === undefined || url === undefined
      ? undefined
      : { rolloutId, manifestJws: release.manifestJws, url };
  };
  const callOff = async ({ rolloutId }: Rollout): Promise<void> => {
    for (const { deviceId, state } of await store.listAttempts(rolloutId)) {
      if (droppable.has(state)) await say(deviceId, null);
    }
  };
  const step = async (rollout: Rollout, onFailure: OnFailure): Promise<void> => {
    const { rolloutId, version } = rollout;
    const nowMs = clock.nowMs();
    const attempts = await store.listAttempts(rolloutId);
    const chosen = chooseBoxes(rollout, await store.listDeviceReleases(), await releases.archsOf(version));
    const plan = planRollout(rollout, { chosen, attempts }, nowMs);
    for (const deviceId of plan.silent) {
      const change = { state: 'failed', code: 'update_silent', detail: '' } as const;
      await store.changeAttempt(rolloutId, deviceId, change, nowMs);
      onFailure(rollout, deviceId, 'update_silent', '');
    }
    if (plan.halt && (await store.changeRollout(rolloutId, ['running', 'paused'], { state: 'halted' }, nowMs))) {
      log.warn({ rolloutId, version }, 'the rollout is halted: too many boxes failed');
      await callOff(rollout);
    }
    if (rollout.state !== 'running' || plan.tell.length === 0) return;
    await store.addAttempts(rolloutId, plan.tell, nowMs);
    for (const deviceId of plan.tell) await say(deviceId, rollout);
  };
  return {
    callOff,
    /** Does what is due for the open rollout, if there is one. */
    advance(onFailure: OnFailure): Promise<void> {
      if (isWaiting) return tail;
      isWaiting = true;
      tail = tail
        .then(async () => {
          isWaiting = false;
          const [last] = await store.listRollouts(1);
          if (last?.state === 'running' || last?.state === 'paused') await step(last, onFailure);
        })
        .catch((err: unknown) => log.error({ err }, 'the rollout does not go on'));
      return tail;
    },
    async repeat(deviceId: DeviceId): Promise<void> {
      const last = await store.lastAttempt(deviceId);
      if (last === undefined || isDone(last.attempt)) return;
      if (isOpen(last.rollout)) await say(deviceId, last.rollout);
      else if (isDroppable(last.attempt)) await say(deviceId, null);
    },
    idle: (): Promise<void> => tail,
  };
}

export type RolloutTeller = ReturnType<typeof createRolloutTeller>;

const isOpen = ({ state }: Rollout): boolean => state === 'running' || state === 'paused';
const isDroppable = ({ state }: Attempt): boolean => droppable.has(state);
