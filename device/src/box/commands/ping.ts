import { accept } from '@scanpay/shared/errors.ts';
import type { CommandRunner } from './command-runner.ts';

export interface Ping {
  clock: { nowMs(): number; monotonicMs(): number };
  /** On the monotonic clock. */
  startedAtMs: number;
}

export const runPing = ({ clock, startedAtMs }: Ping): CommandRunner => ({
  kind: 'ping',
  run: async () =>
    accept({ result: { boxTimeMs: clock.nowMs(), upForMs: Math.floor(clock.monotonicMs() - startedAtMs) } }),
});
