/** One task at a time per key, several keys at once up to a bound. */
export interface Lanes {
  /** Undefined: too much is waiting already; nothing was taken on. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> | undefined;
  /** Resolves when everything taken on so far has ended. */
  idle(): Promise<void>;
}

export function createLanes(bounds: { maxActive: number; maxWaiting: number }): Lanes {
  const tails = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let activeCount = 0;
  let takenCount = 0;

  const enter = (): Promise<void> => {
    if (activeCount < bounds.maxActive) {
      activeCount += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    // The place passes on to whoever waits longest.
    if (next === undefined) activeCount -= 1;
    else next();
  };
  const runActive = async <T>(task: () => Promise<T>): Promise<T> => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };

  return {
    run(key, task) {
      if (takenCount >= bounds.maxActive + bounds.maxWaiting) return undefined;
      takenCount += 1;
      const turn = (tails.get(key) ?? Promise.resolve()).then(() => runActive(task));
      const end = (): void => {
        takenCount -= 1;
        if (tails.get(key) === tail) tails.delete(key);
      };
      const tail = turn.then(end, end);
      tails.set(key, tail);
      return turn;
    },
    async idle() {
      await Promise.all(tails.values());
    },
  };
}
