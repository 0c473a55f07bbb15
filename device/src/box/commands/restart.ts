import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { Host } from '../../ports/host.ts';
import type { CommandRunner } from './command-runner.ts';

export interface Restart {
  clock: { nowMs(): number };
  host: Pick<Host, 'restart'>;
  isIdle(): boolean;
}

/** The journal has the command before the process ends, so that the next one knows and does not end again. */
export const runRestart = ({ clock, host, isIdle }: Restart): CommandRunner => ({
  kind: 'restart',
  check: () => (isIdle() ? accept(undefined) : refuse('payment_open')),
  async run() {
    host.restart();
    return 'ending';
  },
  resume: () => accept({ result: { startedAtMs: clock.nowMs() } }),
});
