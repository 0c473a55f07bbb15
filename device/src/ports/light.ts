import type { LightPattern } from './light-patterns.ts';

/** The lamp on the box: what it shows is looked up in `light-patterns.ts`. */
export interface Light {
  /**
   * Takes hold of the lamp, dark until told otherwise.
   *
   * @throws ScanPayError `configuration` when the lamp cannot be driven this way on this machine; the detail says why.
   */
  start(): Promise<void>;
  /** Shows the pattern until the next call. Before `start()` it is remembered; the same again does not restart it. */
  show(pattern: LightPattern): void;
  /** Dark, and let go. Resolves when no timer and no child process is left. */
  stop(): Promise<void>;
}

/** Told once per spell of trouble. A lamp that fails stops no payment: the words on the page are the same. */
export type LightFaultListener = (detail: string) => void;
