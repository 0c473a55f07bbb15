import type { PrinterStatus } from '../../ports/printer.ts';
import { type AutomaticStatus, readAutomaticStatus } from './automatic-status.ts';

/** Keeps count of whether the printer sends its status by itself, and whether it has to be told to. */
export interface AutomaticWatch {
  onPacket(packet: AutomaticStatus): void;
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
  return {
    onPacket(packet) {
      isKnown = true;
      onStatus(readAutomaticStatus(packet));
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
