import { Worker } from 'node:worker_threads';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { PictureInspection, PictureReading } from '../../ports/picture-reader.ts';
import { loadSharp } from '../common/load-sharp.ts';
import type { PictureMessage, PictureRequest } from './picture-messages.ts';

export interface PictureThreadOptions {
  scheduler: Scheduler;
  /** The thread's program. */
  entry: URL;
  /** How long it may take to load. */
  readyMs: number;
  /** How long one picture may take. */
  deadlineMs: number;
  /** How long a thread that was told to end may take. */
  endMs: number;
}

type Lost = Extract<PictureReading, { kind: 'lost' }>;
type Refusal = Exclude<PictureReading, { kind: 'read' }>;

/** One worker thread. It answers one question after the other until it ends, by itself or because it must. */
export interface PictureThread {
  /** Resolves when it can be asked; rejects with the reason when it ended first. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, or was told to and did not in time. */
  readonly ended: Promise<void>;
  /** `ending`: it answers no more, but still holds what it holds. */
  state(): 'running' | 'ending' | 'ended';
  ask(request: { task: 'read'; jpeg: Uint8Array }): Promise<PictureReading>;
  ask(request: { task: 'inspect'; jpeg: Uint8Array }): Promise<PictureInspection>;
  end(detail: string): void;
}

/** MB of JavaScript heap; the pictures themselves and WebAssembly's memory lie outside of it. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 4 };

/**
 * Starts the thread. sharp must be loaded in the main thread first (its installation guide, "Worker threads"): with the
 * last thread that uses it the library would be unloaded, while threads of libvips still run in it.
 */
export async function startPictureThread(options: PictureThreadOptions): Promise<PictureThread> {
  await loadSharp();
  return watchThread(new Worker(options.entry, { resourceLimits }), options);
}

function watchThread(worker: Worker, { scheduler, readyMs, deadlineMs, endMs }: PictureThreadOptions): PictureThread {
  const ready = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let state: ReturnType<PictureThread['state']> = 'running';
  let isReady = false;
  let lost: Lost | undefined;
  let settle: ((answer: PictureReading | PictureInspection) => void) | undefined;
  let cancelDeadline = scheduler.after(readyMs, () => end(`not ready within ${readyMs} ms`));

  const answer = (with_: PictureReading | PictureInspection): void => {
    cancelDeadline();
    settle?.(with_);
    settle = undefined;
  };
  const end = (detail: string): void => {
    if (state !== 'running') return;
    state = 'ending';
    lost = { kind: 'lost', detail };
    answer(lost);
    ready.reject(new Error(detail));
    // A call into native code cannot be broken off, and nobody can wait for it for ever.
    const cancelEnd = scheduler.after(endMs, ended.resolve);
    void worker.terminate().then(() => {
      state = 'ended';
      cancelEnd();
      ended.resolve();
    });
  };
  // Whoever waits for it learns the reason; nobody may be waiting.
  ready.promise.catch(noTimer);
  worker.on('message', (message: PictureMessage) => {
    if (state !== 'running') return;
    if ('answer' in message) return answer(message.answer);
    cancelDeadline();
    isReady = true;
    ready.resolve();
  });
  worker.on('messageerror', (error) => end(describe(error)));
  worker.on('error', (error) => end(describe(error)));
  worker.on('exit', (code) => end(`ended with ${code}`));

  const ask = (request: PictureRequest): Promise<never> | Promise<Refusal> => {
    if (lost !== undefined) return Promise.resolve(lost);
    if (!isReady || settle !== undefined) return Promise.resolve({ kind: 'failed', detail: 'not ready for a picture' });
    cancelDeadline = scheduler.after(deadlineMs, () => end(`no answer within ${deadlineMs} ms`));
    // Copied: a view's message would carry the whole buffer behind it, and buffers of native code cannot be moved.
    const jpeg = Uint8Array.from(request.jpeg);
    worker.postMessage({ ...request, jpeg }, [jpeg.buffer]);
    return new Promise((resolve) => {
      settle = resolve as typeof settle;
    });
  };
  return { ready: ready.promise, ended: ended.promise, state: () => state, ask, end };
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
