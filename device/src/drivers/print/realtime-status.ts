import type { PrinterFault, PrinterStatus } from '../../ports/printer.ts';

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

/** True for the first of four bytes that a printer sends unasked when its automatic status (GS a) is switched on. */
export function isAutomaticStatus(byte: number): boolean {
  return (byte & 0b1001_0011) === 0b0001_0000;
}

/** `offline` and `error` are named only when no answer gives the cause. */
export function readRealtimeAnswers(answers: RealtimeAnswers): PrinterStatus {
  const faults: PrinterFault[] = [];
  if ((answers.rollSensor & 0x60) !== 0 || (answers.offlineCause & 0x20) !== 0) faults.push('paper-out');
  if ((answers.offlineCause & 0x04) !== 0) faults.push('cover-open');
  if ((answers.errorCause & 0x08) !== 0) faults.push('cutter');
  const failed = (answers.errorCause & 0x60) !== 0;
  if (failed || ((answers.offlineCause & 0x40) !== 0 && faults.length === 0)) faults.push('error');
  if ((answers.printer & 0x08) !== 0 && faults.length === 0) faults.push('offline');
  const nearEnd = (answers.rollSensor & 0x0c) !== 0 ? { nearEnd: true as const } : {};
  return faults.length === 0 ? { kind: 'ok', ...nearEnd } : { kind: 'fault', faults, ...nearEnd };
}
