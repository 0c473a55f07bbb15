import type { PrinterFault, PrinterStatus } from '../../ports/printer.ts';

/** What a printer says of itself, whichever way it says it. */
export interface StatusFlags {
  offline: boolean;
  /** Held by its FEED button, which lets go by itself. */
  fed: boolean;
  paperOut: boolean;
  coverOpen: boolean;
  cutter: boolean;
  /** An error with a name of its own: one that needs service, or a head too hot to go on. */
  failed: boolean;
  /** An error is signalled, by whatever cause. */
  anyError: boolean;
  nearEnd: boolean;
}

/** `offline` and `error` are named only when nothing else gives the cause. */
export function toPrinterStatus(flags: StatusFlags): PrinterStatus {
  const faults: PrinterFault[] = [];
  if (flags.paperOut) faults.push('paper-out');
  if (flags.coverOpen) faults.push('cover-open');
  if (flags.cutter) faults.push('cutter');
  if (flags.failed || (flags.anyError && faults.length === 0)) faults.push('error');
  if (flags.offline && !flags.fed && faults.length === 0) faults.push('offline');
  const nearEnd = flags.nearEnd ? { nearEnd: true as const } : {};
  return faults.length === 0 ? { kind: 'ok', ...nearEnd } : { kind: 'fault', faults, ...nearEnd };
}
