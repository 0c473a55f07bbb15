import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for a busy machine. */
const readyDeadlineMs = 120_000;
const stopDeadlineMs = 10_000;

/** A program of ours that runs as its own process, as in production. */
export interface ServiceProcess {
  readonly pid: number;
  /** What the program said when it was ready: its addresses. */
  readonly ready: Record<string, string>;
  /** Resolves with the exit code (or signal) when the process has ended. */
  readonly ended: Promise<number | string>;
  /** A message over IPC, for a program that listens. */
  say(message: object): void;
  /** The next message from it that holds this member. */
  hear(member: string): Promise<unknown>;
  /** Asks it to stop; after a deadline it is killed. */
  stop(): Promise<void>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

export interface ServiceOptions {
  /** How Node itself is started; by default as this process was. */
  execArgv?: readonly string[];
  env?: Record<string, string>;
  /** The word it is waited for; a box that is not set up says `waiting` before it is `ready`. */
  until?: 'ready' | 'waiting';
  /** Hears of the process before it is ready. */
  onFork?(pid: number): void;
}

/**
 * Starts a TypeScript entry point and waits until it says that it is ready.
 * @throws Error with what the program printed when it ends before that, or takes too long.
 */
export async function startService(
  entry: string,
  args: readonly string[],
  { execArgv = process.execArgv, env = {}, until = 'ready', onFork = () => undefined }: ServiceOptions = {},
): Promise<ServiceProcess> {
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...execArgv],
    env: { ...process.env, ...env },
  });
  if (child.pid !== undefined) onFork(child.pid);
  let stderrTail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-4_000);
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'ended'));
  });
  const ready = await Promise.race([
    hear(child, until) as Promise<Record<string, string>>,
    ended.then((how) => Promise.reject(new Error(`${entry} ended (${how}): ${stderrTail}`))),
    delay(readyDeadlineMs, undefined, { ref: false }).then(() => Promise.reject(new Error(`${entry} is not ready`))),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const gone = await Promise.race([ended, delay(stopDeadlineMs, null, { ref: false })]);
    if (gone === null) child.kill('SIGKILL');
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    // One that has just ended hears nothing: `ended` tells.
    say: (message) => void child.send(message, () => undefined),
    hear: (member) => hear(child, member),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function hear(child: ChildProcess, member: string): Promise<unknown> {
  return new Promise((resolve) => {
    const listen = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(member in message)) return;
      child.off('message', listen);
      resolve((message as Record<string, unknown>)[member]);
    };
    child.on('message', listen);
  });
}
