import type { PrinterStatus } from '../../ports/printer.ts';
import { type AutomaticStatus, readAutomaticStatus } from './automatic-status.ts';

/** Keeps count of whether the printer sends its status by itself, and whether it has to be told to. */
export interface AutomaticWatch {
  onPacket(packet: AutomaticStatus): void;
  /** Counts the packets. */
  count(): number;
  /** What the last packet said. */
  last(): PrinterStatus | undefined;
  /** GS a has been sent. */
  asked(): void;
  /**
   * True when GS a is to be sent: once on every line, to find out; again and again to a printer that knows it, for one
   * that was switched off and on has forgotten. A printer that does not know it is left alone.
   */
  isDue(): boolean;
  onLost(): void;
}

export function createAutomaticWatch(onStatus: (status: PrinterStatus) => void): AutomaticWatch {
  let wasAsked = false;
  let isKnown = false;
  let count = 0;
  let last: PrinterStatus | undefined;
  return {
    onPacket(packet) {
      isKnown = true;
      count += 1;
      last = readAutomaticStatus(packet);
      onStatus(last);
    },
    count: () => count,
    last: () => last,
    asked() {
      wasAsked = true;
    },
    isDue: () => !wasAsked || isKnown,
    onLost() {
      wasAsked = false;
      isKnown = false;
    },
  };
}
