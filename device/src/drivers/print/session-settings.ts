import type { ConnectionTiming } from './connection.ts';

export interface SessionSettings extends ConnectionTiming {
  /** How long a job or a question waits for a line that is being opened. */
  connectWaitMs: number;
  /** For each answer to DLE EOT. */
  statusTimeoutMs: number;
  /** For each kilobyte to be taken; a printer at 9600 baud takes one a second. */
  writeTimeoutMs: number;
  /** From the last byte sent until the paper is cut. */
  completionTimeoutMs: number;
  /** The same for the first question to a printer that may not know it. */
  firstAnswerTimeoutMs: number;
  /** While waiting for that: how often to ask whether the printer is still well. */
  completionPollMs: number;
  /** After an unconfirmed job: how long no late answer may have come before the next job starts. */
  quietMs: number;
  /** False for a printer, or a cable, that cannot answer: jobs then end as `sent-unconfirmed`. */
  hasStatusChannel: boolean;
  /** Has the printer say by itself when something changes; one that cannot is asked from time to time all the same. */
  automaticStatus: boolean;
}

export const defaultSessionSettings: SessionSettings = {
  openTimeoutMs: 5_000,
  firstRetryMs: 250,
  longestRetryMs: 10_000,
  closeTimeoutMs: 2_000,
  connectWaitMs: 3_000,
  statusTimeoutMs: 1_000,
  writeTimeoutMs: 10_000,
  completionTimeoutMs: 20_000,
  firstAnswerTimeoutMs: 5_000,
  completionPollMs: 1_000,
  quietMs: 500,
  hasStatusChannel: true,
  automaticStatus: true,
};
