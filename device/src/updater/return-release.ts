import type { Restarter } from './restarter.ts';
import type { UpdateRecord } from './update-record.ts';
import type { UpdaterDeps } from './updater-deps.ts';

/** The way back to the release before: over when that one answers. Resolves with a pause in ms. */
export function createReturner(deps: UpdaterDeps, parts: { record: UpdateRecord; restarter: Restarter }) {
  const { disk, box, limits, monotonicMs } = deps;
  const { record, restarter } = parts;
  let beganMs: number | undefined;

  return async (version: string, previousVersion: string): Promise<number> => {
    if (beganMs === undefined) {
      beganMs = monotonicMs();
      restarter.forget();
    }
    if (disk.versionAt('current') !== previousVersion) disk.point('current', previousVersion);
    const health = await box.health();
    if (health?.version === previousVersion) {
      beganMs = undefined;
      disk.keepOnly([previousVersion, disk.versionAt('confirmed') ?? previousVersion]);
      record.change({ phase: 'rolled-back' });
      return 0;
    }
    if (!restarter.isDue()) return limits.askMs;
    // A release that answers may be in the middle of a sale. One that is never done with it is stopped all the same:
    // the journal bears that, and the release before takes the payment up again.
    const isPatient = health?.version === version && monotonicMs() - beganMs < limits.returnWaitMs;
    if (isPatient) await restarter.restartWhenFree();
    else restarter.restart();
    return limits.askMs;
  };
}
