import type { PrinterStatus } from '../../ports/printer.ts';
import { toPrinterStatus } from './status-flags.ts';

/**
 * The four answers to DLE EOT 1…4 (Epson, "ESC/POS Application Programming Guide", DLE EOT; Bixolon's and clones' manuals
 * agree). Each is one byte with bits 0 and 7 clear, 1 and 4 set.
 */
export interface RealtimeAnswers {
  /** n = 1: bit 3 offline. */
  printer: number;
  /** n = 2: bit 2 cover open, bit 3 fed by button, bit 5 stopped for want of paper, bit 6 error. */
  offlineCause: number;
  /** n = 3: bit 3 cutter, bit 5 unrecoverable error, bit 6 error that goes away by itself (hot head). */
  errorCause: number;
  /** n = 4: bits 2 and 3 roll near its end, bits 5 and 6 no paper. */
  rollSensor: number;
}

/** True for a byte that can be an answer to DLE EOT. XON, XOFF, GS r and automatic status bytes differ in these bits. */
export function isRealtimeAnswer(byte: number): boolean {
  return (byte & 0b1001_0011) === 0b0001_0010;
}

/** True for the answer to GS r 1: bits 4 and 7 clear. */
export function isInOrderAnswer(byte: number): boolean {
  return (byte & 0b1001_0000) === 0;
}

export function readRealtimeAnswers(answers: RealtimeAnswers): PrinterStatus {
  const { printer, offlineCause, errorCause, rollSensor } = answers;
  return toPrinterStatus({
    offline: (printer & 0x08) !== 0,
    // A job sent now would wait for the button, so this is no moment to print.
    fed: false,
    paperOut: (rollSensor & 0x60) !== 0 || (offlineCause & 0x20) !== 0,
    coverOpen: (offlineCause & 0x04) !== 0,
    cutter: (errorCause & 0x08) !== 0,
    failed: (errorCause & 0x60) !== 0,
    anyError: (offlineCause & 0x40) !== 0,
    nearEnd: (rollSensor & 0x0c) !== 0,
  });
}
