import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { openManifest, type ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import type { Update, UpdateState } from '../ports/update.ts';
import type { UpdaterDeps } from './updater-deps.ts';

const maxDetail = 200;

/** The update that is under way, and every change of it: on the disk before anything follows from it. */
export function createUpdateRecord({ disk, releaseKeys, log }: Pick<UpdaterDeps, 'disk' | 'releaseKeys' | 'log'>) {
  const write = (state: UpdateState): void => {
    disk.writeState(state);
    const { phase, version, code, detail } = state.update ?? { phase: 'none', version: null, code: null, detail: '' };
    log.info({ phase, version, code, detail }, 'update');
  };
  const change = (differing: Partial<Update>, differingState: Partial<UpdateState> = {}): void => {
    const state = disk.readState();
    if (state.update === null) throw new Error('no update is under way');
    write({ ...state, ...differingState, update: { ...state.update, ...differing } });
  };
  return {
    write,
    change,
    /** Over, before anything was switched. What it took of the disk is given back first: the record needs some. */
    fail(code: ErrorCode, detail: string): void {
      disk.dropParts();
      disk.dropUnpacking();
      change({ phase: 'failed', code, detail: detail.slice(0, maxDetail) });
    },
    /** To be undone: the way back goes through `returning`, whatever happens on it. */
    goBack(code: ErrorCode, detail: string): void {
      change({ phase: 'returning', code, detail: detail.slice(0, maxDetail) });
    },
    /** The manifest, verified anew: the state file is no witness. Undefined: no longer trusted. */
    async manifest(): Promise<ReleaseManifest | undefined> {
      const { update } = disk.readState();
      if (update === null) return undefined;
      const opened = await openManifest(update.manifestJws, (kid) => releaseKeys.get(kid));
      return opened.ok ? opened.value : undefined;
    },
  };
}

export type UpdateRecord = ReturnType<typeof createUpdateRecord>;
