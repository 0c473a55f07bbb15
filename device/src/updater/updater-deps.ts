import type { KeyObject } from 'node:crypto';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import type { BoxControl, ReleaseDisk, ReleaseSource } from '../ports/update.ts';

export interface UpdaterLimits {
  /** How often what is wanted is looked for. */
  restMs: number;
  /** How often a box that is busy is asked for the counter, and one on trial how it is. */
  askMs: number;
  /** A new release has so long to prove itself. */
  trialMs: number;
  /** And must have been well for so long without a break. */
  settleMs: number;
  /** On the way back, a box that does not give up its counter is restarted after this: its journal bears that. */
  returnWaitMs: number;
  /** A restart that is not seen is asked for again after this. */
  restartMs: number;
  /** Downloads that break off are tried so often, with growing pauses. */
  downloadTries: number;
  firstPauseMs: number;
  longestPauseMs: number;
  /** Left free on the disk, beside download and release. */
  spareBytes: number;
}

export const defaultUpdaterLimits: UpdaterLimits = {
  restMs: 5_000,
  askMs: 2_000,
  trialMs: 5 * 60_000,
  settleMs: 30_000,
  returnWaitMs: 2 * 60_000,
  restartMs: 20_000,
  downloadTries: 20,
  firstPauseMs: 2_000,
  longestPauseMs: 5 * 60_000,
  spareBytes: 64 * 1024 ** 2,
};

export interface UpdaterDeps {
  disk: ReleaseDisk;
  source: ReleaseSource;
  box: BoxControl;
  /** Starts the updater of that release far enough to see that it could take over. */
  checkUpdater(version: string): Promise<Result<void>>;
  releaseKeys: ReadonlyMap<string, KeyObject>;
  arch: ReleaseArch;
  limits: UpdaterLimits;
  scheduler: Scheduler;
  /** Nobody sets it; milliseconds. */
  monotonicMs(): number;
  log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}
