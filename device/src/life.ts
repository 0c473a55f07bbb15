/** Something that runs until it is stopped. */
interface Stage {
  stop(): Promise<void>;
}

export interface LifeDeps<SetUp extends Stage & { ready: Promise<void> }, Running extends Stage> {
  /** Read anew at each turn: a box that was claimed needs no claim any more. */
  needsSetUp(): boolean;
  startSetUp(): Promise<SetUp>;
  startBox(): Promise<Running>;
  onWaiting(setUp: SetUp): void;
  onReady(running: Running): void;
  /** A later turn could not begin. */
  onFatal(error: unknown): void;
}

/**
 * The life of a box's process: it waits for its claim, then sells; and begins anew when it gets another identity, without
 * the process ending, so that nobody has to be there.
 */
export function createLife<SetUp extends Stage & { ready: Promise<void> }, Running extends Stage>(
  deps: LifeDeps<SetUp, Running>,
) {
  const stopped = Promise.withResolvers<void>();
  let isStopped = false;
  let current: Stage | undefined;
  let turn: Promise<void> = Promise.resolve();

  const live = async (): Promise<void> => {
    if (deps.needsSetUp()) {
      const setUp = await deps.startSetUp();
      deps.onWaiting(setUp);
      await Promise.race([setUp.ready, stopped.promise]);
      await setUp.stop();
    }
    if (isStopped) return;
    const running = await deps.startBox();
    current = running;
    deps.onReady(running);
  };
  const end = async (): Promise<void> => {
    const last = current;
    current = undefined;
    await last?.stop();
  };
  return {
    /** Resolves when the box sells, or was stopped before that. @throws ScanPayError of whatever could not start. */
    start(): Promise<void> {
      turn = live();
      return turn;
    },
    /** Begins anew, once what is under way has ended. */
    restart(): void {
      turn = turn
        .then(end)
        .then(() => (isStopped ? undefined : live()))
        .catch(deps.onFatal);
    },
    async stop(): Promise<void> {
      isStopped = true;
      stopped.resolve();
      await turn.catch(() => undefined);
      await end();
    },
  };
}
