import type { Refused } from './refused.ts';

/** What a step says when it is over; shown to the technician, and kept. */
export interface StepEnd {
  words: string;
  /** True: there was nothing to do, it was so already. */
  wasDone?: boolean;
  /** For later steps and for `--json`. Nothing secret. */
  facts?: Record<string, unknown>;
}

/** One thing to do. Doing it again must do no harm: a state file may be lost, or a step cut off after its work. */
export interface Step {
  /** Stable: the state file is read by later versions. */
  id: string;
  title: string;
  /** A step that only looks is done in a dry run, too, and is never left out as done. */
  isLook?: boolean;
  /** What it would do, for a dry run; English, one line. */
  would: string;
  /** `facts`: of the steps before, in this call or an earlier one. @throws Refused when the technician has to do something first. */
  run(facts: Readonly<Record<string, unknown>>): Promise<StepEnd>;
}

/** Steps of a command that are over, kept between calls. */
export interface StepState {
  /** How it ended; undefined: it has not yet. */
  find(id: string): StepEnd | undefined;
  markDone(id: string, end: StepEnd): void;
  /** All is done. */
  clear(): void;
}

export type StepEvent =
  | { step: string; title: string; event: 'began' }
  | { step: string; title: string; event: 'done' | 'was-done' | 'left-out' | 'would'; words: string; facts?: object }
  | { step: string; title: string; event: 'refused'; refused: Refused };

export interface StepsOutcome {
  ok: boolean;
  refused: Refused | null;
  facts: Record<string, unknown>;
}
