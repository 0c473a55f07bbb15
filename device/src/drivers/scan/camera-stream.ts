import { spawn } from 'node:child_process';
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
  /** The program ended by itself, was ended by the watchdog, or could not be started; called once. */
  onEnded(detail: string): void;
}

/** How long a program that was asked to end may take. */
const killAfterMs = 2000;

/** The end of what the program said about itself is enough to see what was wrong. */
const maxStderrChars = 500;

export function startCameraStream(options: CameraStreamOptions): CameraStream {
  const { scheduler, command, args, maxFrameBytes, watchdogMs } = options;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stopping = false;
  let reason: string | undefined;
  let stderrTail = '';
  let cancelWatchdog: (() => void) | undefined;
  let cancelKill: (() => void) | undefined;

  const splitter = createJpegSplitter({ maxFrameBytes, onFrame: (jpeg) => !stopping && options.onFrame(jpeg) });
  child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-maxStderrChars);
  });

  const terminate = (): void => {
    cancelWatchdog?.();
    if (!child.kill('SIGTERM')) return;
    cancelKill?.();
    cancelKill = scheduler.after(killAfterMs, () => child.kill('SIGKILL'));
  };
  const watch = (): void => {
    cancelWatchdog?.();
    cancelWatchdog = scheduler.after(watchdogMs, () => {
      reason = `no picture for ${watchdogMs} ms`;
      terminate();
    });
  };

  const ended = new Promise<void>((resolve) => {
    const end = (detail: string): void => {
      cancelWatchdog?.();
      cancelKill?.();
      // Whoever inherited the pipe must not keep this process waiting for it.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve();
      if (!stopping) options.onEnded(detail);
      stopping = true;
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => {
      const cause = reason ?? (code === null ? `ended by ${signal}` : `ended with ${code}`);
      end([cause, stderrTail.trim().split('\n').at(-1)].filter(Boolean).join(': '));
    });
  });

  watch();
  return {
    confirm: () => {
      if (!stopping && reason === undefined) watch();
    },
    stop() {
      if (!stopping) {
        stopping = true;
        terminate();
      }
      return ended;
    },
  };
}
