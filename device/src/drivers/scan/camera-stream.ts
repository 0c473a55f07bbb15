import { type ChildProcess, spawn } from 'node:child_process';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { createJpegSplitter } from './jpeg-splitter.ts';

/** A running camera program that writes JPEG pictures to its standard output. */
export interface CameraStream {
  /** A picture was of use: puts off the watchdog. */
  confirm(): void;
  /** Resolves when the program has ended; `onEnded` is not called for it. Idempotent. */
  stop(): Promise<void>;
}

export interface CameraStreamOptions {
  scheduler: Scheduler;
  command: string;
  args: readonly string[];
  maxFrameBytes: number;
  /** The program is ended when `confirm` was not called for this long. */
  watchdogMs: number;
  onFrame(jpeg: Buffer): void;
  /** The program ended by itself, was ended by the watchdog (`silent`), or could not be started; called once. */
  onEnded(how: { silent: boolean; detail: string }): void;
}

/** How long a program that was asked to end may take. */
const killAfterMs = 2000;

/** The end of what the program said about itself is enough to see what was wrong. */
const maxStderrChars = 500;

export function startCameraStream(options: CameraStreamOptions): CameraStream {
  const { scheduler, command, args, maxFrameBytes, watchdogMs } = options;
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stopping = false;
  let silent = false;
  let stderrTail = '';
  let cancelWatchdog: (() => void) | undefined;
  let cancelKill: (() => void) | undefined;

  const splitter = createJpegSplitter({ maxFrameBytes, onFrame: (jpeg) => !stopping && options.onFrame(jpeg) });
  // A program that could not be started for want of file descriptors has no streams.
  child.stdout?.on('data', (chunk: Buffer) => splitter.push(chunk));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-maxStderrChars);
  });

  const ended = Promise.withResolvers<void>();
  const end = (detail: string): void => {
    cancelWatchdog?.();
    cancelKill?.();
    // Whoever inherited the pipe must not keep this process waiting for it.
    child.stdout?.destroy();
    child.stderr?.destroy();
    ended.resolve();
    if (!stopping) options.onEnded({ silent, detail });
    stopping = true;
  };
  child.on('error', (error) => {
    // Others are about a signal that did not reach it.
    if (child.pid === undefined) end(error.message);
  });
  child.once('exit', (code, signal) => {
    const way = code === null ? `ended by ${signal}` : `ended with ${code}`;
    const cause = silent ? `no picture for ${watchdogMs} ms` : way;
    end([cause, stderrTail.trim().split('\n').at(-1)].filter(Boolean).join(': '));
  });

  const terminate = (): void => {
    cancelWatchdog?.();
    if (!child.kill('SIGTERM')) return;
    cancelKill?.();
    cancelKill = scheduler.after(killAfterMs, () => {
      child.kill('SIGKILL');
      // One that waits in the camera's driver is not even killed; the next try finds the camera busy and says so.
      cancelKill = scheduler.after(killAfterMs, () => end('cannot be ended'));
    });
  };
  const watch = (): void => {
    cancelWatchdog?.();
    cancelWatchdog = scheduler.after(watchdogMs, () => {
      silent = true;
      terminate();
    });
  };

  watch();
  return {
    confirm: () => {
      if (!stopping && !silent) watch();
    },
    stop() {
      if (!stopping) {
        stopping = true;
        terminate();
      }
      return ended.promise;
    },
  };
}
