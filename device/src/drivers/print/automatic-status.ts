import type { PrinterStatus } from '../../ports/printer.ts';
import { toPrinterStatus } from './status-flags.ts';

/**
 * Automatic status back: four bytes that the printer sends unasked whenever something changes, once GS a has switched it
 * on (Epson, "ESC/POS Application Programming Guide", GS a; SEWOO's LK-P and Citizen's CT-S310 manuals have the same
 * tables). By its fixed bits the first is told from every other answer (0xx1xx00); the other three (0xx0xxxx) look like
 * answers to GS r and are known by their place: the four are sent in a row, but for XOFF.
 */
export interface AutomaticStatus {
  /** Bit 3 offline, bit 5 cover open, bit 6 fed by button. */
  printer: number;
  /** Bit 2 mechanical error, bit 3 cutter, bit 5 unrecoverable error, bit 6 error that goes away by itself (hot head). */
  error: number;
  /** Bits 0 and 1 roll near its end, bits 2 and 3 no paper. */
  rollSensor: number;
}

/** The fourth byte says nothing of a receipt printer. */
export const automaticStatusLength = 4;

/** True for the first of the four bytes. */
export function isAutomaticStatus(byte: number): boolean {
  return (byte & 0b1001_0011) === 0b0001_0000;
}

export function readAutomaticStatus({ printer, error, rollSensor }: AutomaticStatus): PrinterStatus {
  return toPrinterStatus({
    offline: (printer & 0x08) !== 0,
    fed: (printer & 0x40) !== 0,
    paperOut: (rollSensor & 0x0c) !== 0,
    coverOpen: (printer & 0x20) !== 0,
    cutter: (error & 0x08) !== 0,
    failed: (error & 0x64) !== 0,
    anyError: false,
    nearEnd: (rollSensor & 0x03) !== 0,
  });
}
