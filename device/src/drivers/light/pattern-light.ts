import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { Light, LightDriver, LightState, LightStateListener, PassedOver } from '../../ports/light.ts';
import type { LightPattern } from '../../ports/light-patterns.ts';
import { createRetryLoop } from '../common/retry-loop.ts';
import { detailOf, type LedOutputs, type Opened, openFirst } from './led-outputs.ts';
import { createPatternPlayer } from './pattern-player.ts';

export interface PatternLightOptions {
  scheduler: Scheduler;
  /** Ways to drive the LEDs, the one to be tried first first; at least one. */
  candidates: readonly LedOutputs[];
  onState: LightStateListener;
}

/** After a loss, or where no way works: the first pause before all are tried again, and the longest. */
const retry = { minMs: 500, maxMs: 30_000 };
/** LEDs that were held for so long are well: the next loss is tried again after the first pause. */
const steadyMs = 60_000;

/** Plays the patterns of the table on the LEDs, by the first way that works, and by the next best when that is lost. */
export function createPatternLight({ scheduler, candidates, onState }: PatternLightOptions): Light {
  let open: LedOutputs | undefined;
  let shown: LightPattern | undefined;
  let cancelSteady = noTimer;
  let lose: (detail: string) => void = () => undefined;
  let closing: Promise<void> | undefined;
  const player = createPatternPlayer(scheduler, (error) => lose(detailOf(error)));
  let state: LightState = { kind: 'stopped', driver: 'none', detail: '', passedOver: [] };

  const tell = (kind: LightState['kind'], driver: LightDriver, detail: string, passedOver: PassedOver[]) => {
    const next: LightState = { kind, driver, detail, passedOver };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    onState(next);
  };

  /** Lets go of what there is; that this fails after a loss is no news. */
  const letGo = async (): Promise<void> => {
    const held = open;
    open = undefined;
    player.stop();
    cancelSteady();
    await held?.close().catch(() => undefined);
  };

  const take = ({ outputs, detail, passedOver }: Opened): void => {
    open = outputs;
    if (outputs === undefined) {
      const reasons = passedOver.map(({ driver, reason }) => `${driver}: ${reason}`).join('; ');
      tell('fault', 'none', reasons, passedOver);
      throw new Error(reasons);
    }
    cancelSteady = scheduler.after(steadyMs, loop.confirm);
    tell('ready', outputs.driver, detail, passedOver);
    if (shown !== undefined) player.play(outputs, shown);
  };

  const loop = createRetryLoop({
    scheduler,
    retry,
    async connect(onLost) {
      await closing;
      lose = (detail) => {
        if (open === undefined) return;
        tell('fault', open.driver, detail, []);
        // The next try waits for this.
        closing = letGo();
        onLost(detail);
      };
      const opened = await openFirst(candidates, (outputs, detail) => {
        if (outputs === open) lose(detail);
      });
      take(opened);
      return { close: letGo };
    },
    // Told already, with more than the loop knows.
    onFault: () => undefined,
  });

  return {
    start: loop.start,
    show(pattern) {
      if (pattern === shown) return;
      shown = pattern;
      if (open !== undefined) player.play(open, pattern);
    },
    async stop() {
      await loop.stop();
      await closing;
      shown = undefined;
      if (state.kind !== 'stopped') tell('stopped', 'none', '', []);
    },
    state: () => state,
  };
}
