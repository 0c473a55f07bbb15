import type { Result } from '@scanpay/shared/errors.ts';
import { judgeManifest, type ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { compareVersions } from '@scanpay/shared/release/version.ts';
import type { BoxHealth } from '../ports/update.ts';
import type { UpdaterDeps } from './updater-deps.ts';

/** Whether a release may go on this box, and at what time that is asked. */
export function createReleaseJudge({ disk, box, arch }: Pick<UpdaterDeps, 'disk' | 'box' | 'arch'>) {
  return {
    /** Only the box's clock says whether a manifest is still good: the system's may stand anywhere after a power cut. */
    async askTheTime(): Promise<BoxHealth | undefined> {
      const health = await box.health();
      return health?.clockTrusted === true ? health : undefined;
    },
    judge(manifest: ReleaseManifest, { nowMs }: BoxHealth): Result<ReleaseManifest> {
      const state = disk.readState();
      const version = disk.versionAt('current') ?? state.highestVersion;
      // The package may have brought a newer one than any update did.
      const highestVersion = compareVersions(version, state.highestVersion) > 0 ? version : state.highestVersion;
      return judgeManifest(manifest, { arch, version, highestVersion }, nowMs);
    },
  };
}

export type ReleaseJudge = ReturnType<typeof createReleaseJudge>;
