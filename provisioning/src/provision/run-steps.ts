import { Refused } from './refused.ts';
import type { Step, StepEvent, StepState, StepsOutcome } from './steps.ts';

export interface RunStepsOptions {
  isDryRun: boolean;
  state: StepState;
  onEvent(event: StepEvent): void;
}

/**
 * One step after the other, each noted once it is over: whatever ends this program, the next call goes on after the last
 * one noted. In a dry run only steps that look are done.
 */
export async function runSteps(steps: readonly Step[], options: RunStepsOptions): Promise<StepsOutcome> {
  const { isDryRun, state, onEvent } = options;
  const facts: Record<string, unknown> = {};
  for (const { id, title, isLook = false, would, run } of steps) {
    const about = { step: id, title };
    const before = isLook ? undefined : state.find(id);
    if (before !== undefined) {
      Object.assign(facts, before.facts);
      onEvent({ ...about, event: 'left-out', words: 'done before' });
      continue;
    }
    if (isDryRun && !isLook) {
      onEvent({ ...about, event: 'would', words: would });
      continue;
    }
    onEvent({ ...about, event: 'began' });
    try {
      const end = await run(facts);
      Object.assign(facts, end.facts);
      if (!isLook) state.markDone(id, end);
      const event = end.wasDone === true ? 'was-done' : 'done';
      onEvent({ ...about, event, words: end.words, ...(end.facts === undefined ? {} : { facts: end.facts }) });
    } catch (error) {
      const refused = error instanceof Refused ? error : toRefused(error);
      onEvent({ ...about, event: 'refused', refused });
      return { ok: false, refused, facts };
    }
  }
  return { ok: true, refused: null, facts };
}

const toRefused = (cause: unknown): Refused => {
  const en = cause instanceof Error ? cause.message : String(cause);
  return new Refused({ ko: `진행할 수 없습니다: ${en}`, en }, { cause });
};
