import type { PrinterStatus } from '../../ports/printer.ts';
import { type AutomaticStatus, readAutomaticStatus } from './automatic-status.ts';

/** Keeps count of whether the printer sends its status by itself, and whether it has to be told to. */
export interface AutomaticWatch {
  onPacket(packet: AutomaticStatus): void;
  /** For a round of questions: what the printer said unasked in the middle of it is newer than its first answers. */
  follow(): (asked: PrinterStatus) => PrinterStatus;
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
    follow() {
      const before = count;
      return (asked) => (asked.kind !== 'unknown' && count !== before && last !== undefined ? last : asked);
    },
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
