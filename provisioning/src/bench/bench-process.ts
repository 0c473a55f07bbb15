import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const answerDeadlineMs = 120_000;
const stopDeadlineMs = 10_000;

/** What a child's word is: its first one, an answer to the question under way, or something of its own accord. */
type WordKind = 'ready' | 'answer' | 'event';

/** A process of the bench that answers questions, one at a time. */
export interface BenchProcess {
  readonly pid: number;
  /** Asks, and waits for the answer. */
  ask(question: object): Promise<unknown>;
  /** What it next says of its own accord. */
  nextEvent(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface StartedProcess {
  child: BenchProcess;
  /** What the process said when it was ready. */
  ready: unknown;
}

/** How Node itself is started; by default as this process was. */
export interface NodeSetting {
  execArgv: readonly string[];
  env: Record<string, string>;
}

/** @throws Error with the end of its standard error when it ends before it is ready. */
export async function startProcess(
  entry: string,
  args: readonly string[],
  setting: NodeSetting = { execArgv: process.execArgv, env: {} },
): Promise<StartedProcess> {
  const child = fork(entry, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...setting.execArgv],
    env: { ...process.env, ...setting.env },
  });
  let stderrTail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-4_000);
  });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`${entry} ended (${code ?? signal}): ${stderrTail}`)));
  });
  // Whoever waits for something sees it; nobody may be waiting.
  ended.catch(() => undefined);
  const ready = await within(Promise.race([nextWord(child, 'ready'), ended]), `${entry} to be ready`);
  return { child: toBenchProcess(child, ended, entry), ready };
}

function toBenchProcess(child: ChildProcess, ended: Promise<never>, entry: string): BenchProcess {
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      const answer = nextWord(child, 'answer');
      child.send(question);
      return within(Promise.race([answer, ended]), `an answer of ${entry}`);
    },
    nextEvent: () => Promise.race([nextWord(child, 'event'), ended]),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = ended.catch(() => 'gone');
      child.kill('SIGTERM');
      if ((await Promise.race([gone, delay(stopDeadlineMs, 'late', { ref: false })])) === 'late') child.kill('SIGKILL');
      await gone;
    },
  };
}

function nextWord(child: ChildProcess, name: WordKind): Promise<unknown> {
  return new Promise((resolve) => {
    const listen = (word: Record<string, unknown>): void => {
      if (!(name in word)) return;
      child.off('message', listen);
      resolve(word[name]);
    };
    child.on('message', listen);
  });
}

async function within<T>(work: Promise<T>, what: string): Promise<T> {
  const timer = new AbortController();
  const late = delay(answerDeadlineMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`waited too long for ${what}`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
