import { type ChildProcess, spawn } from 'node:child_process';
import type { Scheduler } from '@scanpay/shared/clock.ts';

/** A running `gpioset` that holds lines. */
export interface GpiosetProcess {
  /** Sends one command of the interactive mode. */
  send(command: string): void;
  /** Ends it by that command, or else by a signal. Resolves when the lines are free. */
  end(command?: string): Promise<void>;
}

export interface GpiosetProcessOptions {
  scheduler: Scheduler;
  command: string;
  args: readonly string[];
  /** The process ended without being asked to; called once. */
  onEnded(detail: string): void;
}

const killAfterMs = 1000;
const maxStderrChars = 300;

/**
 * Starts `gpioset`. Its standard output is read and thrown away: in interactive mode it prompts there, and a closed
 * pipe is what ends it should this process die (at the end of its input alone it would spin).
 */
export function startGpioset({ scheduler, command, args, onEnded }: GpiosetProcessOptions): GpiosetProcess {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let ending = false;
  let stderrTail = '';
  let cancelKill: (() => void) | undefined;

  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-maxStderrChars);
  });
  // A write to a process that has just ended; its end is told below.
  child.stdin?.on('error', () => undefined);

  const ended = new Promise<void>((resolve) => {
    const finish = (detail: string): void => {
      cancelKill?.();
      for (const stream of child.stdio) stream?.destroy();
      resolve();
      if (!ending) onEnded(detail);
      ending = true;
    };
    child.once('error', (error) => finish(error.message));
    child.once('exit', (code, signal) => finish(stderrTail.trim() || `gpioset ended with ${code ?? signal}`));
  });

  return {
    send(line) {
      child.stdin?.write(`${line}\n`);
    },
    end(lastCommand) {
      if (!ending) {
        ending = true;
        if (lastCommand === undefined) child.kill('SIGTERM');
        else child.stdin?.write(`${lastCommand}\n`);
        cancelKill = scheduler.after(killAfterMs, () => child.kill('SIGKILL'));
      }
      return ended;
    },
  };
}
