import { spawn } from 'node:child_process';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Connection } from '../../common/retry-loop.ts';
import { createTextLines } from '../text-lines.ts';
import { type KeyEvent, maxEvtestLineBytes, readEvtestLine } from './evtest-output.ts';

export interface EvtestOptions {
  scheduler: Scheduler;
  /** Absolute path of `evtest`. */
  command: string;
  device: string;
  /** `evtest` says after "Testing" that somebody else holds the device; so long it is waited for that. 0: not at all. */
  settleMs: number;
  onReady(): void;
  onKey(key: KeyEvent): void;
  /** The device went away, is held by another program, or `evtest` cannot run; called once. */
  onEnded(detail: string): void;
}

/** How long it may take to end when asked to. */
const killAfterMs = 1000;
const maxStderrChars = 300;
/** A line that stops half way says nothing. */
const lineTimeoutMs = 5000;

/** Runs `evtest --grab`: the keys reach nobody else, neither a console nor a kiosk browser, until it ends. */
export async function startEvtest(options: EvtestOptions): Promise<Connection> {
  const { scheduler, command, device, settleMs, onReady, onKey } = options;
  const lines = await createTextLines({
    scheduler,
    maxLineBytes: maxEvtestLineBytes,
    interByteTimeoutMs: lineTimeoutMs,
    onLine: (text) => hear(text),
    onRejected: () => undefined,
  });
  const child = spawn(command, ['--grab', device], { stdio: ['ignore', 'pipe', 'pipe'] });
  let over = false;
  let stderrTail = '';
  let cancelSettle: (() => void) | undefined;
  let cancelKill: (() => void) | undefined;

  const letGo = (): void => {
    over = true;
    cancelSettle?.();
    lines.close();
    if (child.kill('SIGTERM')) cancelKill = scheduler.after(killAfterMs, () => child.kill('SIGKILL'));
  };
  const hear = (text: string): void => {
    if (over) return;
    const line = readEvtestLine(text);
    if (line.kind === 'key') onKey(line.key);
    else if (line.kind === 'testing') {
      if (settleMs === 0) onReady();
      else cancelSettle = scheduler.after(settleMs, onReady);
    } else if (line.kind === 'grabbed') {
      letGo();
      options.onEnded('resource busy: another program holds the keyboard');
    }
  };
  child.stdout.on('data', (bytes: Buffer) => {
    if (!over) lines.push(bytes);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-maxStderrChars);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (detail: string): void => {
      const wasOver = over;
      letGo();
      cancelKill?.();
      // Whoever inherited the pipe must not keep this process waiting for it.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve();
      if (!wasOver) options.onEnded(detail);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) =>
      end(stderrTail.trim().split('\n').at(-1) || `evtest ended: ${code ?? signal}`),
    );
  });

  return {
    close() {
      if (!over) letGo();
      return ended;
    },
  };
}
