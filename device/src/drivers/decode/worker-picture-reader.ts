import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { PictureReader } from '../../ports/picture-reader.ts';
import { type PictureThread, startPictureThread } from './picture-thread.ts';

export interface WorkerPictureReaderOptions {
  scheduler: Scheduler;
  /** The thread's program; default: the one with the box's decoder. */
  entry?: URL;
  /** How long loading may take, from a slow card too. Default 30 s. */
  readyMs?: number;
  /** How long one picture may take before the thread is ended. Default 5 s. */
  deadlineMs?: number;
  /** How long a thread that was told to end may take. Default 5 s. */
  endMs?: number;
}

/**
 * Reads pictures in a thread of its own: JPEG, brightness and codes, so that the box's own thread never waits for them.
 * A thread that crashes, runs out of memory or hangs is ended, and the picture's answer is `lost`; `start()` then makes
 * a new one. There is never more than one: while one that was ended still runs, `start()` rejects.
 */
export function createWorkerPictureReader(options: WorkerPictureReaderOptions): PictureReader {
  const settings = {
    entry: new URL('./picture-worker.ts', import.meta.url),
    readyMs: 30_000,
    deadlineMs: 5_000,
    endMs: 5_000,
    ...options,
  };
  const notStarted = { kind: 'lost', detail: 'not started' } as const;
  let wanted = false;
  let thread: PictureThread | undefined;
  let starting: Promise<void> | undefined;

  const startThread = async (): Promise<void> => {
    if (thread?.state() === 'running') return thread.ready;
    await thread?.ended;
    if (thread?.state() === 'ending') throw new Error('the last picture thread does not end');
    thread = await startPictureThread(settings);
    if (!wanted) thread.end('stopped');
    return thread.ready;
  };

  return {
    start() {
      wanted = true;
      starting ??= startThread().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    read: async (jpeg) => thread?.ask({ task: 'read', jpeg }) ?? notStarted,
    inspect: async (jpeg) => thread?.ask({ task: 'inspect', jpeg }) ?? notStarted,
    async stop() {
      wanted = false;
      thread?.end('stopped');
      await starting?.catch(() => undefined);
      await thread?.ended;
    },
  };
}
