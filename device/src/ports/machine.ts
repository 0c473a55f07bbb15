import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';

export type MachineFacts = TelemetryBody['machine'];

/** The computer the box runs on. */
export interface Machine {
  /** What cannot be read is null, never an error; within a second. */
  look(): Promise<MachineFacts>;
}
