import type { BoxFacts } from '../core/alarms/conditions.ts';
import type { TerminalState } from '../core/terminal/state.ts';
import type { Host } from '../ports/host.ts';
import type { Journal } from '../ports/journal.ts';
import type { PrinterStatus } from '../ports/printer.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** Gathers what the alarms are judged by. */
export async function lookAtBox(seen: {
  clock: TrustedClock;
  state: TerminalState;
  printer: PrinterStatus;
  journal: Journal;
  host: Host;
}): Promise<BoxFacts> {
  const { clock, state, printer, journal, host } = seen;
  const { temperatureMilliC, disk } = await host.machine.look();
  const nowMs = clock.nowMs();
  // What was redeemed offline has an outcome; the operator only does not know it yet.
  const open = [...journal.openPayments().filter(({ phase }) => phase !== 'redeemed'), ...journal.openCancels()];
  const oldestAtMs = open.reduce((oldest, { openedAtMs }) => Math.min(oldest, openedAtMs), Number.POSITIVE_INFINITY);
  const { driftMs, warning } = clock.view();
  return {
    nowMs,
    temperatureC: temperatureMilliC === null ? null : temperatureMilliC / 1_000,
    diskFreeBytes: disk?.freeBytes ?? null,
    printer,
    scannerReady: state.scannerReady,
    clockTrusted: clock.isTrusted(),
    drift: { driftMs, warning },
    receiptsWaiting: journal.countWaitingReceipts(),
    oldestOpenMs: open.length === 0 ? null : Math.max(0, nowMs - oldestAtMs),
    certificate: host.certificate(),
    lastFatal: host.lastFatal(),
  };
}
