import type { RolloutBody, RolloutDetail, RolloutRow } from '@scanpay/shared/api/release.ts';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, errorTable, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import type { ReleaseReport } from '@scanpay/shared/wire/release-messages.ts';
import { chooseBoxes, hasFailed } from '../../../core/release/plan-rollout.ts';
import type { Log } from '../../../ports/log.ts';
import type { Attempt, ReleaseStore, Rollout, RolloutState } from '../../../ports/release-store.ts';
import type { ReleaseDesk } from './release-desk.ts';
import type { RolloutTeller } from './rollout-teller.ts';

/** How often boxes that fell silent are looked for, and those that are away replaced. */
const tickMs = 60_000;
const maxRolloutsShown = 20;

/** A box that did not take a release, or went back from it: somebody must look. */
export interface UpdateFailure {
  deviceId: DeviceId;
  rolloutId: string;
  version: string;
  code: ErrorCode;
  detail: string;
}

export interface RolloutDeskDeps {
  store: ReleaseStore;
  releases: ReleaseDesk;
  teller: RolloutTeller;
  ids: Pick<IdMaker, 'messageId'>;
  scheduler: Scheduler;
  onUpdateFailed(failure: UpdateFailure): void;
  log: Log;
}

/** Rollouts: begun by the staff, carried on by what the boxes report. */
export function createRolloutDesk(deps: RolloutDeskDeps) {
  const { store, releases, teller, ids, scheduler, log } = deps;
  let cancelTick: () => void = noTimer;

  const advance = (): Promise<void> => teller.advance(fail);
  const fail = (rollout: Rollout, deviceId: DeviceId, code: ErrorCode, detail: string): void => {
    const { rolloutId, version } = rollout;
    log.warn({ deviceId, rolloutId, version, code, detail }, 'a box did not take a release');
    deps.onUpdateFailed({ deviceId, rolloutId, version, code, detail });
  };
  const tick = (): void => {
    cancelTick = scheduler.after(tickMs, tick);
    void advance();
  };
  const change = async (
    rolloutId: string,
    from: readonly RolloutState[],
    what: Partial<Pick<Rollout, 'state' | 'percent'>>,
  ): Promise<Result<RolloutDetail>> => {
    const rollout = await store.findRollout(rolloutId);
    if (rollout === undefined) return refuse('not_found');
    if (what.percent !== undefined && what.percent < rollout.percent) return refuse('rollout_state', 'only wider');
    if (!(await store.changeRollout(rolloutId, from, what, scheduler.nowMs()))) return refuse('rollout_state');
    if (what.state === 'aborted') await teller.callOff(rollout);
    else await advance();
    return detail(rolloutId);
  };
  const view = async (rollout: Rollout, attempts: readonly Attempt[]): Promise<RolloutRow> => ({
    ...rollout,
    chosen: chooseBoxes(rollout, await store.listDeviceReleases(), await releases.archsOf(rollout.version)).length,
    told: attempts.length,
    confirmed: attempts.filter(({ state }) => state === 'confirmed').length,
    failed: attempts.filter(hasFailed).length,
  });
  const detail = async (rolloutId: string): Promise<Result<RolloutDetail>> => {
    const rollout = await store.findRollout(rolloutId);
    if (rollout === undefined) return refuse('not_found');
    const attempts = await store.listAttempts(rolloutId);
    return accept({ ...(await view(rollout, attempts)), attempts: attempts.map(withReason) });
  };
  return {
    detail,
    async list(): Promise<RolloutRow[]> {
      const rollouts = await store.listRollouts(maxRolloutsShown);
      return Promise.all(rollouts.map(async (rollout) => view(rollout, await store.listAttempts(rollout.rolloutId))));
    },
    async begin(body: RolloutBody): Promise<Result<RolloutDetail>> {
      if ((await releases.archsOf(body.version)).length === 0) return refuse('not_found', 'no artifact of it is here');
      const nowMs = scheduler.nowMs();
      const rolloutId = ids.messageId();
      const rollout = { ...body, rolloutId, state: 'running' as const, createdAtMs: nowMs, updatedAtMs: nowMs };
      if (!(await store.addRollout(rollout))) return refuse('rollout_state', 'another rollout is open');
      await advance();
      return detail(rolloutId);
    },
    pause: (rolloutId: string) => change(rolloutId, ['running'], { state: 'paused' }),
    resume: (rolloutId: string) => change(rolloutId, ['paused'], { state: 'running' }),
    abort: (rolloutId: string) => change(rolloutId, ['running', 'paused'], { state: 'aborted' }),
    widen: (rolloutId: string, percent: number) => change(rolloutId, ['running', 'paused'], { percent }),
    /** A box said what it runs, and how far its last update is. */
    async takeReport(deviceId: DeviceId, { version, arch, update }: ReleaseReport): Promise<void> {
      const nowMs = scheduler.nowMs();
      await store.putDeviceRelease({ deviceId, version, arch, reportedAtMs: nowMs });
      if (update !== null) {
        const { rolloutId, phase, code, detail: why } = update;
        const before = await store.changeAttempt(rolloutId, deviceId, { state: phase, code, detail: why }, nowMs);
        const rollout = before === undefined ? undefined : await store.findRollout(rolloutId);
        const isNews = before !== undefined && hasFailed({ state: phase }) && !hasFailed({ state: before });
        if (rollout !== undefined && isNews) fail(rollout, deviceId, code ?? 'internal', why);
      }
      await advance();
    },
    /** What it was told while it was away, or what was taken back. */
    boxOnline: (deviceId: DeviceId): Promise<void> => teller.repeat(deviceId),
    start: tick,
    async stop(): Promise<void> {
      cancelTick();
      await teller.idle();
    },
  };
}

export type RolloutDesk = ReturnType<typeof createRolloutDesk>;

function withReason(attempt: Attempt): RolloutDetail['attempts'][number] {
  if (attempt.code === null) return { ...attempt, reason: null };
  const { ko, en } = errorTable[attempt.code];
  return { ...attempt, reason: { ko, en } };
}
