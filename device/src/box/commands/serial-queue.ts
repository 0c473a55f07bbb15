/** Tasks one after the other, up to a bound; what comes beyond it, or after a failure or `stop`, is dropped. */
export function createSerialQueue(deps: { maxQueued: number; onFatal(error: unknown): void }) {
  let tail: Promise<void> = Promise.resolve();
  let queued = 0;
  let stopped = false;
  return {
    add(task: () => Promise<void>): void {
      if (stopped || queued >= deps.maxQueued) return;
      queued += 1;
      tail = tail
        .then(() => (stopped ? undefined : task()))
        .catch((error: unknown) => {
          stopped = true;
          deps.onFatal(error);
        })
        .finally(() => {
          queued -= 1;
        });
    },
    /** Waits for the task under way; those behind it are dropped. */
    async stop(): Promise<void> {
      stopped = true;
      await tail;
    },
  };
}
