/** One read of a code, whatever read it. */
export interface Scan {
  /** The code's text without line end and AIM prefix; printable UTF-8, at most `maxScanBytes`. */
  text: string;
  source: ScanSource;
  /** When the last byte, or the picture, arrived; milliseconds since the Unix epoch on the box's clock. */
  atMs: number;
}

/** `keyboard`: a scanner that types as a USB keyboard does. */
export type ScanSource = 'serial' | 'camera' | 'keyboard';

/** `connecting` until the first sign of life; `fault` names what is wrong, and the scanner goes on trying. */
export interface ScannerState {
  kind: 'connecting' | 'ready' | 'fault';
  /** For the log and the technician's page, e.g. the device path or the system's error; English. */
  detail: string;
}

/** `half-line`: bytes came and then stopped without a line end, as on a line with the wrong speed. */
export type ScanRejection = 'too-long' | 'not-text' | 'half-line';

/** What a scanner tells its owner. Never called before `start()` or after `stop()` has resolved. */
export interface ScannerEvents {
  onScan(scan: Scan): void;
  /** Called on every change, not on every repetition. */
  onState(state: ScannerState): void;
  /** Something arrived that is not a scan; `byteCount` is its size. The bytes are not kept: they may be personal. */
  onRejected(reason: ScanRejection, byteCount: number): void;
}

/**
 * What the person with the scanner in hand is told, by sound or LED. `refused`: what was scanned led to no payment;
 * `unknown`: the outcome of a payment is not known yet.
 */
export type ScanSign = 'approved' | 'declined' | 'recheck' | 'unknown' | 'refused';

/** A source of scans. An absent or broken instrument is a state, not an error: the scanner tries again by itself. */
export interface Scanner {
  /** Resolves when the first attempt to reach the instrument has ended, well or badly. */
  start(): Promise<void>;
  /** Resolves when the instrument is let go and no timer is left. */
  stop(): Promise<void>;
  /**
   * Gives a sign, at once and at any time; it replaces one that is still being given, and is lost where the instrument
   * is away. Missing on a scanner that can give none. Never throws, never disturbs reading.
   */
  show?(sign: ScanSign): void;
  /**
   * A sale waits for a scan, or no longer does: a scanner that is set to may open its trigger meanwhile. Missing on one
   * without a trigger to open.
   */
  awaitScan?(awaiting: boolean): void;
}

/** Longest text taken as a scan. A QR code of version 11 at level M holds 366 alphanumeric characters. */
export const maxScanBytes = 1024;
