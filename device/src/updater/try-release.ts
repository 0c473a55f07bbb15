import type { ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { judgeTrial } from '../core/update/judge-trial.ts';
import type { Update } from '../ports/update.ts';
import type { ReleaseJudge } from './judge-release.ts';
import type { Restarter } from './restarter.ts';
import type { UpdateRecord } from './update-record.ts';
import type { UpdaterDeps } from './updater-deps.ts';

/** From the switch to the word that the release is good. Each resolves with a pause in ms. */
export function createTrier(
  deps: UpdaterDeps,
  parts: { record: UpdateRecord; judge: ReleaseJudge; restarter: Restarter },
) {
  const { disk, box, checkUpdater, limits, monotonicMs } = deps;
  const { record, judge, restarter } = parts;
  /** On this process's own clock; begun anew when the updater is started again, which the record counts. */
  let trial: { beganMs: number; wellSinceMs: number | null } | undefined;

  const swap = async (manifest: ReleaseManifest): Promise<number> => {
    const health = await judge.askTheTime();
    const previousVersion = disk.versionAt('current');
    if (health === undefined || previousVersion === undefined) return limits.askMs;
    const judged = judge.judge(manifest, health);
    if (!judged.ok) {
      disk.keepOnly([previousVersion, disk.versionAt('confirmed') ?? previousVersion]);
      record.fail(judged.code, judged.detail);
      return 0;
    }
    if (!disk.hasRelease(manifest.version)) {
      // Cut off while it was being dropped, and wanted again.
      record.change({ phase: 'downloading' });
      return 0;
    }
    trial = undefined;
    await restarter.restartWhenFree(() => {
      const { scannerReady: scannerWasReady } = health;
      record.change({ phase: 'switched', previousVersion, scannerWasReady, starts: 0 });
      disk.point('current', manifest.version);
    });
    return limits.askMs;
  };

  const watch = async (update: Update, version: string): Promise<number | 'over'> => {
    trial ??= { beganMs: monotonicMs(), wellSinceMs: null };
    const health = await box.health();
    const nowMs = monotonicMs();
    const fault = judgeTrial(health, { version, scannerWasReady: update.scannerWasReady });
    trial.wellSinceMs = fault === undefined ? (trial.wellSinceMs ?? nowMs) : null;
    if (trial.wellSinceMs !== null && nowMs - trial.wellSinceMs >= limits.settleMs) return confirm(update, version);
    // What a self-test found does not mend itself; everything else may take its time.
    const isFinal = health?.version === version && (health.selfTestFaults ?? []).length > 0;
    if (isFinal || nowMs - trial.beganMs >= limits.trialMs) {
      record.goBack(fault?.code ?? 'update_not_started', fault?.detail ?? 'not well for long enough');
      return 0;
    }
    const isOldOne = health !== undefined && health.version !== version;
    if (isOldOne && restarter.isDue()) await restarter.restartWhenFree();
    return limits.askMs;
  };
  const confirm = async (update: Update, version: string): Promise<number | 'over'> => {
    const checked = await checkUpdater(version);
    if (!checked.ok) {
      record.goBack('update_self_test', `its updater: ${checked.detail}`);
      return 0;
    }
    record.change({ phase: 'confirmed', code: null, detail: '' }, { highestVersion: version });
    disk.point('confirmed', version);
    disk.keepOnly([version, update.previousVersion ?? version]);
    return 'over';
  };
  return { swap, watch };
}
