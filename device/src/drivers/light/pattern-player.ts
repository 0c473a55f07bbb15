import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { type LightPattern, lightPatterns, litOn } from '../../ports/light-patterns.ts';
import type { LedOutputs } from './led-outputs.ts';

/** Plays one pattern at a time. */
export interface PatternPlayer {
  play(outputs: LedOutputs, pattern: LightPattern): void;
  stop(): void;
}

/** `onFailed`: the LEDs could not be set, and nothing plays any more. */
export function createPatternPlayer(scheduler: Scheduler, onFailed: (error: unknown) => void): PatternPlayer {
  let cancelStep = noTimer;
  return {
    play(outputs, pattern) {
      const { colours, blinkMs } = lightPatterns[pattern];
      const lit = litOn(outputs.wired, colours);
      const step = (index: number): void => {
        try {
          outputs.set(index % 2 === 0 ? lit : []);
        } catch (error) {
          onFailed(error);
          return;
        }
        const durationMs = blinkMs[index];
        if (durationMs === undefined) return;
        cancelStep = scheduler.after(durationMs, () => step((index + 1) % blinkMs.length));
      };
      cancelStep();
      step(0);
    },
    stop: () => cancelStep(),
  };
}
