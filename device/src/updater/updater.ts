import { noTimer } from '@scanpay/shared/clock.ts';
import { chooseMove, recoverUpdate } from '../core/update/phases.ts';
import type { ReleaseDisk } from '../ports/update.ts';
import { createReleaseJudge } from './judge-release.ts';
import { createRestarter } from './restarter.ts';
import { createReturner } from './return-release.ts';
import { createTaker } from './take-release.ts';
import { createTrier } from './try-release.ts';
import { createUpdateRecord } from './update-record.ts';
import type { UpdaterDeps } from './updater-deps.ts';

/**
 * Puts right what a power cut left, before the box is started: which release it starts is decided here, by the updater
 * of the release that proved itself last, and not by the new one.
 */
export function recoverReleases(disk: ReleaseDisk): void {
  disk.dropUnpacking();
  const [current, confirmed] = [disk.versionAt('current'), disk.versionAt('confirmed')];
  const found = { state: disk.readState(), current, confirmed };
  const right = recoverUpdate(found);
  // On the way back the state says where to, so it comes first, as on the way there.
  if (right.state !== found.state) disk.writeState(right.state);
  for (const link of ['current', 'confirmed'] as const) {
    const version = right[link];
    if (version !== undefined && version !== found[link]) disk.point(link, version);
  }
  const { update } = right.state;
  if (update?.phase !== 'confirmed' || update.version === null) return;
  disk.keepOnly([update.version, update.previousVersion ?? update.version]);
}

/** Takes, tries and confirms releases, one after the other, for as long as it runs. */
export function createUpdater(deps: UpdaterDeps) {
  const { disk, limits, scheduler, log } = deps;
  const record = createUpdateRecord(deps);
  const judge = createReleaseJudge(deps);
  const restarter = createRestarter(deps);
  const taker = createTaker(deps, record, judge);
  const trier = createTrier(deps, { record, judge, restarter });
  const goBack = createReturner(deps, { record, restarter });
  let isStopped = false;
  let wake: () => void = noTimer;

  const goOn = async (): Promise<number | 'over'> => {
    const { update } = disk.readState();
    if (update === null) return limits.restMs;
    const { phase, version, previousVersion } = update;
    if (phase === 'switched' && version !== null) return trier.watch(update, version);
    if (phase === 'returning' && version !== null && previousVersion !== null) {
      return goBack(version, previousVersion);
    }
    const manifest = await record.manifest();
    if (manifest === undefined) {
      record.fail('release_unsigned', 'its key is trusted no more');
      return 0;
    }
    if (phase === 'downloading') return taker.download(manifest);
    return phase === 'verified' ? taker.install(manifest) : trier.swap(manifest);
  };
  const turn = async (): Promise<number | 'over'> => {
    const state = disk.readState();
    const request = disk.readRequest();
    switch (chooseMove(state, request)) {
      case 'rest':
        return limits.restMs;
      case 'begin':
        return request?.release == null ? limits.restMs : taker.begin(request.release);
      case 'drop':
        disk.dropParts();
        disk.keepOnly([disk.versionAt('current'), disk.versionAt('confirmed')].filter((each) => each !== undefined));
        record.write({ ...state, update: null });
        return 0;
      case 'go on':
        return goOn();
    }
  };
  const safeTurn = async (): Promise<number | 'over'> => {
    try {
      return await turn();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      log.warn({ err: error, code }, 'the update was interrupted');
      // Before the switch a full disk ends it. After it only small files are written, and they are tried again.
      const phase = disk.readState().update?.phase ?? '';
      const isTaking = ['downloading', 'verified', 'installed'].includes(phase);
      if ((code === 'ENOSPC' || code === 'EDQUOT') && isTaking) record.fail('disk_full', String(error));
      return limits.restMs;
    }
  };
  return {
    /** Resolves when a release was confirmed, whose own updater then takes over, or after `stop`. */
    async run(): Promise<'confirmed' | 'stopped'> {
      while (!isStopped) {
        const pauseMs = await safeTurn();
        if (pauseMs === 'over') return 'confirmed';
        if (isStopped) break;
        await new Promise<void>((resolve) => {
          const cancel = scheduler.after(pauseMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      return 'stopped';
    },
    stop(): void {
      isStopped = true;
      wake();
    },
  };
}
