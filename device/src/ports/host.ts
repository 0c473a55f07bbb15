import type { Machine } from './machine.ts';

/** A run of the box that ended because it could not go on. */
export interface FatalEnd {
  atMs: number;
  /** English, for the log and the alarm. */
  reason: string;
}

/** The process the box runs as, and the machine beneath it. */
export interface Host {
  /** The last lines of the box's own log, oldest first, as they were written; bounded. */
  readLog(): readonly string[];
  machine: Machine;
  /** When the certificate is to be renewed, and when it ends; null: a box without one. */
  certificate(): { renewAfterMs: number; expiresAtMs: number } | null;
  /** How an earlier run ended, where it could not go on. */
  lastFatal(): FatalEnd | null;
  /** Stops the box cleanly and ends the process, so that it is started anew. Returns at once. */
  restart(): void;
}
