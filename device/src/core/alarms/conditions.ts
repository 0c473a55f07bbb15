import type { BoxAlarmCode } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { FatalEnd } from '../../ports/host.ts';
import type { PrinterStatus } from '../../ports/printer.ts';
import { needsHelp } from '../printer/printer-words.ts';
import { maxWaitingReceipts } from '../receipts/queue-receipt.ts';

/** All that the box's own alarms are judged by, as of now. */
export interface BoxFacts {
  nowMs: number;
  /** The hottest of its sensors; null: none tells. */
  temperatureC: number | null;
  /** On the disk that holds the journal. */
  diskFreeBytes: number | null;
  printer: PrinterStatus;
  scannerReady: boolean;
  clockTrusted: boolean;
  /** The system clock, against the operator's: how far off, and whether that is worth a warning. */
  drift: { driftMs: number | null; warning: boolean };
  receiptsWaiting: number;
  /** How long the oldest payment or cancel without an outcome has been open; null: there is none. */
  oldestOpenMs: number | null;
  certificate: { renewAfterMs: number; expiresAtMs: number } | null;
  lastFatal: FatalEnd | null;
}

export interface AlarmBounds {
  /** A fault is reported once it has lasted for so long. */
  raiseAfterMs: number;
  /** It is over once nothing was seen of it for so long. */
  clearAfterMs: number;
  /** A payment without an outcome is reported after this. */
  unresolvedMs: number;
  diskFreeBytes: number;
  temperatureC: number;
}

export const defaultAlarmBounds: AlarmBounds = {
  raiseAfterMs: 30_000,
  clearAfterMs: 10_000,
  unresolvedMs: 10 * 60_000,
  diskFreeBytes: 200 * 1024 * 1024,
  // A Raspberry Pi slows itself down from 80 °C on (documentation, "Frequency management and thermal control").
  temperatureC: 75,
};

/** English detail: the condition holds. Null: it does not. Undefined: nobody knows, so it stays as it is. */
export type Reading = string | null | undefined;

interface View extends BoxFacts {
  bounds: AlarmBounds;
  /** The alarm is open: it takes more to end it than not to begin it. */
  isOpen: boolean;
}

const hourMs = 3_600_000;

const describeFaults = (faults: readonly string[]): string => faults.join(', ');
const isPaperOut = ({ printer }: View): boolean =>
  printer.kind === 'fault' && printer.faults.length > 0 && printer.faults.every((fault) => fault === 'paper-out');

/** Alarms that follow from what can be seen; the others are told by whoever notices (`tell`). */
export const conditions: Partial<Record<BoxAlarmCode, (view: View) => Reading>> = {
  'printer-paper-out': (view) => (isPaperOut(view) ? 'paper-out' : null),
  'printer-fault': (view) => {
    const { printer } = view;
    if (isPaperOut(view) || !needsHelp(printer)) return null;
    return printer.kind === 'fault' ? describeFaults(printer.faults) : 'no answer';
  },
  'scanner-gone': ({ scannerReady }) => (scannerReady ? null : 'no scanner is ready'),
  'clock-untrusted': ({ clockTrusted }) => (clockTrusted ? null : 'nobody vouches for the time'),
  'clock-drift': ({ drift }) => (drift.warning ? `${drift.driftMs ?? 0} ms off` : null),
  'disk-low': ({ diskFreeBytes, bounds, isOpen }) => {
    if (diskFreeBytes === null) return undefined;
    const limitBytes = bounds.diskFreeBytes * (isOpen ? 1.2 : 1);
    return diskFreeBytes < limitBytes ? `${Math.floor(diskFreeBytes / 1024 / 1024)} MiB free` : null;
  },
  'temperature-high': ({ temperatureC, bounds, isOpen }) => {
    if (temperatureC === null) return undefined;
    const limitC = bounds.temperatureC - (isOpen ? 5 : 0);
    return temperatureC >= limitC ? `${Math.round(temperatureC)} °C` : null;
  },
  'spool-full': ({ receiptsWaiting, isOpen }) => {
    const limit = maxWaitingReceipts * (isOpen ? 0.4 : 0.5);
    return receiptsWaiting >= limit ? `${receiptsWaiting} of ${maxWaitingReceipts} receipts` : null;
  },
  'payment-unresolved': ({ oldestOpenMs, bounds }) => {
    if (oldestOpenMs === null || oldestOpenMs < bounds.unresolvedMs) return null;
    return `open for ${Math.floor(oldestOpenMs / 60_000)} min`;
  },
  // It is renewed in its last third; half of that gone means that renewing fails.
  'certificate-expiring': ({ certificate, nowMs, clockTrusted }) => {
    if (!clockTrusted) return undefined;
    if (certificate === null) return null;
    const { renewAfterMs, expiresAtMs } = certificate;
    if (nowMs < (renewAfterMs + expiresAtMs) / 2) return null;
    return `${Math.floor((expiresAtMs - nowMs) / hourMs)} h left`;
  },
  'journal-error': ({ lastFatal, nowMs }) => {
    if (lastFatal === null || nowMs - lastFatal.atMs > hourMs) return null;
    return lastFatal.reason.slice(0, 120);
  },
};

/** What each condition says now. */
export function readConditions(
  facts: BoxFacts,
  bounds: AlarmBounds,
  isOpen: (code: BoxAlarmCode) => boolean,
): Map<BoxAlarmCode, Reading> {
  const codes = Object.keys(conditions) as BoxAlarmCode[];
  return new Map(codes.map((code) => [code, conditions[code]?.({ ...facts, bounds, isOpen: isOpen(code) })]));
}
