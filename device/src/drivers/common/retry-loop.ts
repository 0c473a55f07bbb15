import type { Scheduler } from '@scanpay/shared/clock.ts';

/** Something that was reached and can be let go. */
export interface Connection {
  close(): Promise<void>;
}

export interface RetryLoopOptions {
  scheduler: Scheduler;
  /** First wait before the next try, doubled each time, and the longest. */
  retry: { minMs: number; maxMs: number };
  /** Reaches the instrument, or rejects with what is wrong; `onLost` is for later, when it goes away by itself. */
  connect(onLost: (detail: string) => void): Promise<Connection>;
  /** A try failed or the connection was lost; the next try is already planned. */
  onFault(detail: string): void;
}

/** Keeps an instrument connected for as long as it runs. */
export interface RetryLoop {
  /** Resolves when the first try has ended, well or badly. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isRunning(): boolean;
  /** The instrument works: the next trouble is tried again at once. */
  confirm(): void;
}

export function createRetryLoop({ scheduler, retry, connect, onFault }: RetryLoopOptions): RetryLoop {
  let running = false;
  let connection: Connection | undefined;
  let attempt: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;
  let nextDelayMs = retry.minMs;

  const onLost = (detail: string): void => {
    connection = undefined;
    if (!running) return;
    onFault(detail);
    cancelRetry?.();
    cancelRetry = scheduler.after(nextDelayMs, tryOnce);
    nextDelayMs = Math.min(retry.maxMs, nextDelayMs * 2);
  };

  const tryOnce = (): void => {
    attempt = connect(onLost).then(
      (reached) => {
        connection = reached;
      },
      (error: Error) => onLost(error.message),
    );
  };

  return {
    async start() {
      running = true;
      tryOnce();
      await attempt;
    },
    async stop() {
      running = false;
      cancelRetry?.();
      await attempt;
      await connection?.close();
      connection = undefined;
    },
    isRunning: () => running,
    confirm() {
      nextDelayMs = retry.minMs;
    },
  };
}
