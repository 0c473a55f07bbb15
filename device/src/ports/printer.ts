export type PrinterFault = 'paper-out' | 'cover-open' | 'cutter' | 'offline' | 'error';

/**
 * What the printer says of itself. `unknown` is a state of its own: it does not answer, or cannot.
 * `nearEnd`: the roll is about to end, printing still works.
 */
export type PrinterStatus =
  | { kind: 'ok'; nearEnd?: true }
  | { kind: 'fault'; faults: PrinterFault[]; nearEnd?: true }
  /**
   * `reason` is for the log and the technician's page; English. `cause` tells why it can never be known; without it the
   * printer should answer and does not.
   */
  | { kind: 'unknown'; reason: string; cause?: 'no-printer' | 'no-status-line' };

export type PrintResult =
  /** The printer has carried out the whole job and was well afterwards. */
  | { kind: 'printed' }
  /** Every byte went out, and this printer has no way to say what became of them. */
  | { kind: 'sent-unconfirmed' }
  /** Nothing of this job was sent: it can be printed later as the first copy. */
  | { kind: 'fault'; faults: PrinterFault[] }
  /** The job broke off on the way, or the printer went wrong before it confirmed: paper may or may not have come out. */
  | { kind: 'uncertain'; reason: string }
  /** This box is set up without a printer: nothing is printed, now or later. */
  | { kind: 'no-printer' };

/** Largest job, in bytes: a receipt as text is one to two thousand, drawn dot by dot up to eighty thousand. */
export const maxJobBytes = 256 * 1024;

/** A receipt printer. An absent or broken one is a state, not an error: it is tried again by itself. */
export interface Printer {
  /**
   * Resolves at once; the printer is reached for in the background. `onStatus` is told what the printer says unasked,
   * the moment it says it; many never do, so `status` is to be asked all the same.
   */
  start(onStatus?: (status: PrinterStatus) => void): Promise<void>;
  /** Ends a job under way as `uncertain`, refuses those waiting as `fault`; resolves when all is closed. */
  stop(): Promise<void>;
  /**
   * Prints one job, from initialisation to cut. Jobs are carried out one after the other; every wait has a deadline.
   * @throws ScanPayError `too_large` above `maxJobBytes`, `invalid_input` for an empty job, `busy` when too many jobs wait.
   */
  print(bytes: Uint8Array): Promise<PrintResult>;
  /** Asks the printer, after the job under way. Never throws. */
  status(): Promise<PrinterStatus>;
}
