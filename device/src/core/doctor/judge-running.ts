import type { BoxView } from '@scanpay/shared/api/box.ts';
import { judgeClock, judgeLight, listFaults } from './judge.ts';
import { allWell, type CheckId, type Finding, fault, skip, warn } from './report.ts';
import { advice } from './words.ts';

/**
 * What a running box itself says of what it holds, so that nothing is taken from it while it serves; null: it does not
 * tell of that.
 */
export function judgeRunning(check: CheckId, view: BoxView): Finding | null {
  switch (check) {
    case 'scanner':
      return view.scannerReady
        ? allWell('the running box has a scanner that is ready')
        : fault('the running box has no scanner that is ready', advice.serialScanner);
    case 'light':
      return judgeLight(view.lamp);
    case 'printer':
      return judgeRunningPrinter(view);
    case 'login':
      return view.linkUp
        ? allWell('the running box is connected')
        : fault('the running box is not connected', advice.linkDown);
    case 'clock':
      return judgeRunningClock(view);
    case 'journal':
      return view.openCount === 0
        ? allWell('the running box has no payment open')
        : warn(`${view.openCount} payments whose outcome is not known yet`, advice.openPayments);
    default:
      return null;
  }
}

function judgeRunningClock({ clockTrusted, clock: { driftMs, errorMs } }: BoxView): Finding {
  if (!clockTrusted) return fault('the running box does not trust its clock', advice.clockUntrusted);
  if (driftMs === null) return allWell('the running box trusts its clock');
  // The box tells how slow it is, the doctor how fast.
  return judgeClock(-driftMs, errorMs ?? 0);
}

function judgeRunningPrinter({
  printer,
  printerFaults,
  printerState,
  printerAdvice,
  receiptsWaiting,
}: BoxView): Finding {
  const seen = `the running box says: ${printerState.en}; receipts waiting: ${receiptsWaiting}`;
  if (printer === 'fault') return fault(seen, ...listFaults(printerFaults));
  // One that should answer has advice; one that never can, or that is not there, has none.
  if (printer === 'unknown') return printerAdvice === null ? skip(seen) : fault(seen, advice.printerSilent);
  return receiptsWaiting > 0 ? warn(seen, advice.printerRunning) : allWell(seen);
}
