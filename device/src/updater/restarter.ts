import type { UpdaterDeps } from './updater-deps.ts';

/** The counter stays closed for a minute (`closedForUpdateMs`): within this part of it the box is told to restart. */
const restartWithinMs = 30_000;

/** Restarts of the box, and when the last one was. */
export function createRestarter({ box, limits, monotonicMs }: Pick<UpdaterDeps, 'box' | 'limits' | 'monotonicMs'>) {
  let lastMs = Number.NEGATIVE_INFINITY;
  const restart = (): void => {
    lastMs = monotonicMs();
    box.restart();
  };
  return {
    /** Whatever it does: for a box that does not answer, or has been asked for long enough. */
    restart,
    /** Only with its counter closed; `prepare` is done meanwhile. False: not now. */
    async restartWhenFree(prepare: () => void = () => undefined): Promise<boolean> {
      const askedMs = monotonicMs();
      if (!(await box.close())) return false;
      prepare();
      // Late, on a slow disk, the counter may be open again: it is asked for anew with the next try.
      if (monotonicMs() - askedMs <= restartWithinMs) restart();
      return true;
    },
    /** Long enough for the box to be there again. */
    isDue: (): boolean => monotonicMs() - lastMs >= limits.restartMs,
    forget(): void {
      lastMs = Number.NEGATIVE_INFINITY;
    },
  };
}

export type Restarter = ReturnType<typeof createRestarter>;
