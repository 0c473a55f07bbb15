/** Does the steps of a rehearsal one after the other, and says what each took. */
export interface StepKeeper {
  /** Does one step; `work` gives a line to say of it. Whatever it throws ends the rehearsal. */
  step(name: string, work: () => Promise<string>): Promise<void>;
}

export interface DoneStep {
  name: string;
  elapsedMs: number;
  said: string;
}

/** @param nowMs a clock that nobody sets */
export function createStepKeeper(nowMs: () => number, onStep: (step: DoneStep) => void): StepKeeper {
  return {
    async step(name, work) {
      const startedMs = nowMs();
      try {
        const said = await work();
        onStep({ name, elapsedMs: nowMs() - startedMs, said });
      } catch (error) {
        throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}
