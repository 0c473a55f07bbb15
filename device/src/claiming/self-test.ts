import type { Scheduler } from '@scanpay/shared/clock.ts';
import { judgeLight, judgePrinter, judgeScanner } from '../core/doctor/judge.ts';
import { type CheckResult, skip } from '../core/doctor/report.ts';
import { type Check, runChecks } from '../doctor/run-checks.ts';
import type { HeldInstruments } from './instruments.ts';

/**
 * The doctor's checks by a box that is being set up: instruments as it holds them itself, the rest by `placeChecks`. The
 * light shows the self-test meanwhile, so it is asked and not taken away.
 */
export function testBox(
  held: HeldInstruments,
  { placeChecks, hasPrinter, scheduler }: { placeChecks: Check[]; hasPrinter: boolean; scheduler: Scheduler },
): Promise<CheckResult[]> {
  const scanners = held.scanners.map(
    ({ kind, part, state }): Check => ({ check: 'scanner', part, probe: async () => judgeScanner(kind, state()) }),
  );
  const instruments: Check[] = [
    ...scanners,
    { check: 'light', probe: async () => judgeLight(held.light.state()) },
    {
      check: 'printer',
      probe: async () => (hasPrinter ? judgePrinter(await held.printer.status()) : skip('no printer configured')),
    },
  ];
  return runChecks([...instruments, ...placeChecks], { scheduler, service: 'stopped' });
}
