import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { ScanRejection, ScanSign } from '../../../ports/scanner.ts';

/** The line as a dialect sees it. */
export interface DialectLine {
  scheduler: Scheduler;
  /** Silence after which a text or a packet that was begun is over. */
  interByteTimeoutMs: number;
  /** Sends bytes to the scanner; dropped when the line does not take them. */
  send(bytes: Uint8Array): void;
  /** Bytes of scans, with their line ends. */
  onText(bytes: Uint8Array): void;
  onRejected(reason: ScanRejection, byteCount: number): void;
  /** The scanner does not answer commands, though its dialect has it that it should. */
  onDeaf(): void;
}

/** One open line spoken over in a dialect. */
export interface Conversation {
  /** Takes what came in: scans go on to `onText`, answers to commands stay here. */
  push(bytes: Buffer): void;
  /** Gives the sign; it replaces one that is still being given. */
  show(sign: ScanSign): void;
  trigger(open: boolean): void;
  /** Leaves no timer. */
  close(): void;
}

/** How one make of scanner is spoken to, and speaks, over its serial line. */
export type Dialect = (line: DialectLine) => Conversation;

/** Lines of text, no commands: every scanner that types into a serial port. */
export const plainDialect: Dialect = ({ onText }) => ({
  push: onText,
  show: () => undefined,
  trigger: () => undefined,
  close: () => undefined,
});
