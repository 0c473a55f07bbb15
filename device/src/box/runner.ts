import { type Clock, noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import { nextDueMs } from '../core/terminal/due.ts';
import type { PlainInput, TerminalEffect, TerminalInput, TerminalState } from '../core/terminal/state.ts';
import { stepTerminal, type TerminalConfig } from '../core/terminal/terminal.ts';
import type { Journal, JournalChange } from '../ports/journal.ts';
import type { Recorder } from './recorder.ts';

/** Inputs waiting at most; what people do beyond it is refused with `busy`. */
const maxQueued = 256;
/** Facts (the link, the clock, the operator's answers) are never refused: nobody would say them again. */
const refusable: ReadonlySet<PlainInput['kind']> = new Set([
  'sale-entered',
  'abandoned',
  'scanned',
  'auth-number-entered',
  'recheck-confirmed',
  'refund-asked',
  'cancel-requested',
]);
/** Longest sleep between looks at the clock, so that a corrected clock is noticed. */
const maxSleepMs = 30_000;

export interface RunnerDeps {
  initial: TerminalState;
  /** As it is now: limits may change while the box runs. */
  config(): TerminalConfig;
  clock: Clock;
  scheduler: Scheduler;
  journal: Journal;
  recorder: Recorder;
  /** Adds to an input what the journal says by the time its turn has come. */
  complete(input: PlainInput): PlainInput;
  send(effect: Extract<TerminalEffect, { do: 'send' }>): Promise<void>;
  /** Light and page; called after every step, with what it recorded. */
  onStep(state: TerminalState, changes: readonly JournalChange[]): void;
  onFatal(error: unknown): void;
}

/**
 * Drives the pure terminal, one input at a time: step, one durable commit, sends, then light and page.
 * The light follows the commit, so what the clerk sees is never more than what is on disk.
 */
export type Runner = ReturnType<typeof createRunner>;

export function createRunner(deps: RunnerDeps) {
  const { config, clock, scheduler, journal, recorder } = deps;
  let state = deps.initial;
  let tail: Promise<unknown> = Promise.resolve();
  let queued = 0;
  let stopped = false;
  let cancelTimer: () => void = noTimer;

  const take = async (plain: PlainInput): Promise<ErrorCode | undefined> => {
    if (stopped) return 'busy';
    const input = { ...deps.complete(plain), nowMs: clock.nowMs() } as TerminalInput;
    const step = stepTerminal(state, input, config());
    const changes: JournalChange[] = [];
    for (const effect of step.effects) {
      if (effect.do === 'record') changes.push(...(await recorder.toChanges(effect)));
    }
    journal.commit(changes);
    state = step.state;
    deps.onStep(state, changes);
    for (const effect of step.effects) if (effect.do === 'send') await deps.send(effect);
    setTimer();
    return step.refused;
  };
  const setTimer = (): void => {
    cancelTimer();
    const waitMs = Math.min(nextDueMs(state) - clock.nowMs(), maxSleepMs);
    if (!stopped) cancelTimer = scheduler.after(Math.max(waitMs, 1), () => void submit({ kind: 'tick' }));
  };
  const submit = (plain: PlainInput): Promise<ErrorCode | undefined> => {
    if (queued >= maxQueued && refusable.has(plain.kind)) return Promise.resolve('busy');
    queued += 1;
    const done = tail
      .then(() => take(plain))
      .finally(() => {
        queued -= 1;
      });
    tail = done.catch((error: unknown) => {
      stopped = true;
      deps.onFatal(error);
    });
    return done.catch(() => {
      throw new ScanPayError('internal', 'the box stopped');
    });
  };
  return {
    submit,
    state: () => state,
    start: setTimer,
    async stop(): Promise<void> {
      stopped = true;
      cancelTimer();
      await tail;
    },
  };
}
