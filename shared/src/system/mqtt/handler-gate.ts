/** Bounds how many message handlers run at once. */
export interface HandlerGate {
  /**
   * Starts `handle` now, or when one of the running ones has finished; then calls `started`, and `finished` once it
   * has settled. The caller brings the next message only after `started`, so at most one ever waits.
   */
  run(handle: () => void | Promise<void>, started: () => void, finished: () => void): void;
  isBlocked(): boolean;
  /** Resolves when no handler runs any more. */
  idle(): Promise<void>;
}

export function createHandlerGate(maxConcurrent: number, onError: (error: unknown) => void): HandlerGate {
  const running = new Set<Promise<void>>();
  let waiting: (() => void) | undefined;

  const begin = (handle: () => void | Promise<void>, finished: () => void): void => {
    const run = async (): Promise<void> => {
      try {
        await handle();
      } catch (error) {
        onError(error);
      }
    };
    const task = run().then(() => {
      running.delete(task);
      finished();
      const next = waiting;
      waiting = undefined;
      next?.();
    });
    running.add(task);
  };

  return {
    run(handle, started, finished) {
      const start = (): void => {
        begin(handle, finished);
        started();
      };
      if (running.size < maxConcurrent) start();
      else waiting = start;
    },
    isBlocked: () => waiting !== undefined,
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
