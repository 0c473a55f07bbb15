import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Light, LightFaultListener } from '../../ports/light.ts';
import { type LightColour, type LightPattern, lightPatterns, litOn } from '../../ports/light-patterns.ts';

/** The LEDs of a lamp, however they are driven. */
export interface LedOutputs {
  /** In the order in which they stand in for a missing colour. */
  readonly wired: readonly LightColour[];
  /**
   * Takes hold of the LEDs, all dark.
   *
   * @throws ScanPayError `configuration` when they cannot be driven this way here.
   */
  open(): Promise<void>;
  /** Lights these and darkens the rest; throws when that fails. Called between `open` and `close` only. */
  set(lit: readonly LightColour[]): void;
  /** Lets go of the LEDs, dark. */
  close(): Promise<void>;
}

export interface PatternLightOptions {
  scheduler: Scheduler;
  outputs: LedOutputs;
  onFault: LightFaultListener;
}

/** Plays the patterns of the table on any LEDs. */
export function createPatternLight({ scheduler, outputs, onFault }: PatternLightOptions): Light {
  let open = false;
  let faulty = false;
  let shown: LightPattern | undefined;
  let cancelStep: (() => void) | undefined;

  const set = (lit: readonly LightColour[]): void => {
    try {
      outputs.set(lit);
      faulty = false;
    } catch (error) {
      if (!faulty) onFault((error as Error).message);
      faulty = true;
    }
  };

  const play = (pattern: LightPattern): void => {
    const { colours, blinkMs } = lightPatterns[pattern];
    const lit = litOn(outputs.wired, colours);
    const step = (index: number): void => {
      set(index % 2 === 0 ? lit : []);
      const durationMs = blinkMs[index];
      if (durationMs === undefined) return;
      cancelStep = scheduler.after(durationMs, () => step((index + 1) % blinkMs.length));
    };
    cancelStep?.();
    step(0);
  };

  return {
    async start() {
      await outputs.open();
      open = true;
      if (shown !== undefined) play(shown);
    },
    show(pattern) {
      if (pattern === shown) return;
      shown = pattern;
      if (open) play(pattern);
    },
    async stop() {
      if (!open) return;
      open = false;
      shown = undefined;
      cancelStep?.();
      await outputs.close();
    },
  };
}
