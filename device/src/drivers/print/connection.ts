import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { ByteStream, OpenByteStream } from './byte-stream.ts';
import { withDeadline } from './deadline.ts';

export interface ConnectionTiming {
  /** One attempt to open the line. */
  openTimeoutMs: number;
  /** Before the second attempt; doubles with each further one. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** For what was written to go out when the connection is stopped. */
  closeTimeoutMs: number;
}

export interface ConnectionDeps {
  open: OpenByteStream;
  scheduler: Scheduler;
  timing: ConnectionTiming;
  onBytes(bytes: Uint8Array): void;
  /** The line is gone, or the connection is stopped. */
  onLost(): void;
}

/** A line that is opened, and opened again whenever it is lost, until it is stopped. */
export interface Connection {
  start(): void;
  /** The open line, after at most `limitMs`. Undefined when there is none by then. */
  ready(limitMs: number): Promise<ByteStream | undefined>;
  /** The printer has answered on this line: the next loss starts with the shortest delay again. */
  proven(): void;
  /** Drops the line, as one that does not answer, and opens it again. */
  reset(reason: string): void;
  /** Why there is no line, in the system's words. */
  lastProblem(): string;
  stop(): Promise<void>;
}

interface State {
  running: boolean;
  line: ByteStream | undefined;
  problem: string;
  /** Attempts since the printer was last known to answer. */
  attempts: number;
  /** Counts lines; events of an earlier one are ignored. */
  generation: number;
  cancelRetry: () => void;
  abort: AbortController;
  attempting: Promise<void>;
  waiters: Set<(line: ByteStream | undefined) => void>;
}

export function createConnection(deps: ConnectionDeps): Connection {
  const state: State = {
    running: false,
    line: undefined,
    problem: 'not started',
    attempts: 0,
    generation: 0,
    cancelRetry: noTimer,
    abort: new AbortController(),
    attempting: Promise.resolve(),
    waiters: new Set(),
  };
  return {
    start() {
      if (state.running) return;
      state.running = true;
      state.problem = 'connecting';
      state.attempts = 0;
      state.attempting = attempt(deps, state);
    },
    ready: (limitMs) => waitForLine(deps, state, limitMs),
    proven() {
      state.attempts = 0;
    },
    reset(reason) {
      if (state.line === undefined) return;
      const discarded = withDeadline(state.line.discard(), deps.timing.closeTimeoutMs, deps.scheduler);
      lose(deps, state, reason, discarded);
    },
    lastProblem: () => state.problem,
    async stop() {
      if (!state.running) return;
      state.running = false;
      state.cancelRetry();
      state.abort.abort();
      const { line } = state;
      forgetLine(deps, state, 'stopped');
      wake(state, undefined);
      if (line !== undefined) await closeLine(deps, line);
      await state.attempting;
    },
  };
}

function waitForLine(deps: ConnectionDeps, state: State, limitMs: number): Promise<ByteStream | undefined> {
  if (state.line !== undefined || !state.running) return Promise.resolve(state.line);
  return new Promise((resolve) => {
    const waiter = (line: ByteStream | undefined): void => {
      cancel();
      state.waiters.delete(waiter);
      resolve(line);
    };
    const cancel = deps.scheduler.after(limitMs, () => waiter(undefined));
    state.waiters.add(waiter);
  });
}

function wake(state: State, line: ByteStream | undefined): void {
  for (const waiter of [...state.waiters]) waiter(line);
}

async function attempt(deps: ConnectionDeps, state: State): Promise<void> {
  if (!state.running) return;
  try {
    const line = await openLine(deps, state);
    if (!state.running) {
      await line.discard();
      return;
    }
    state.line = line;
    wake(state, line);
  } catch (error) {
    state.problem = error instanceof Error ? error.message : String(error);
    retryLater(deps, state, Promise.resolve());
  }
}

async function openLine(deps: ConnectionDeps, state: State): Promise<ByteStream> {
  state.generation += 1;
  const own = state.generation;
  state.abort = new AbortController();
  let closedEarly: string | undefined;
  const listener = {
    onBytes: (bytes: Uint8Array) => {
      if (own === state.generation) deps.onBytes(bytes);
    },
    onClose: (reason: string) => {
      if (own !== state.generation) return;
      if (state.line === undefined) closedEarly = reason;
      else lose(deps, state, reason, Promise.resolve());
    },
  };
  const opening = deps.open(listener, state.abort.signal);
  const line = await withDeadline(opening, deps.timing.openTimeoutMs, deps.scheduler);
  if (line === undefined) {
    state.abort.abort();
    throw new Error('no connection in time');
  }
  if (closedEarly !== undefined) throw new Error(closedEarly);
  return line;
}

/** Opens the line again after the back-off, and not before `cleared`: a port that is still closing is locked. */
function retryLater(deps: ConnectionDeps, state: State, cleared: Promise<unknown>): void {
  if (!state.running) return;
  const { firstRetryMs, longestRetryMs } = deps.timing;
  const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(state.attempts, 20));
  state.attempts += 1;
  state.cancelRetry = deps.scheduler.after(delayMs, () => {
    state.attempting = cleared.then(() => attempt(deps, state));
  });
}

function lose(deps: ConnectionDeps, state: State, reason: string, cleared: Promise<unknown>): void {
  forgetLine(deps, state, reason);
  retryLater(deps, state, cleared);
}

function forgetLine(deps: ConnectionDeps, state: State, reason: string): void {
  state.line = undefined;
  state.generation += 1;
  state.problem = reason;
  deps.onLost();
}

async function closeLine(deps: ConnectionDeps, line: ByteStream): Promise<void> {
  const { scheduler, timing } = deps;
  const closed = line.close().then(() => true);
  if ((await withDeadline(closed, timing.closeTimeoutMs, scheduler)) !== true) {
    await withDeadline(line.discard(), timing.closeTimeoutMs, scheduler);
  }
}
