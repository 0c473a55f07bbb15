import type { TelemetryBody } from '../fleet/telemetry.ts';

/** A box that is well. */
export const wellBox: TelemetryBody = {
  health: { level: 'ok', problems: [] },
  versions: { software: '0.1.0', node: 'v24.21.0', os: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.6.31', journal: 5 },
  machine: {
    uptimeMs: 86_400_000,
    temperatureMilliC: 48_312,
    disk: { freeBytes: 20e9, totalBytes: 31e9, writtenBytes: 1_234_567_168, lifeUsedPercent: null },
    memory: { totalBytes: 1e9, availableBytes: 6e8 },
  },
  box: { uptimeMs: 3_600_000, memoryBytes: 129e6 },
  scanner: { ready: true, lastReadAtMs: Date.UTC(2026, 10, 23, 3, 0, 0), reads: 41, rejected: 1 },
  printer: { state: 'ok', faults: [], nearEnd: false },
  light: { driver: 'onoff', state: 'ready' },
  queues: { outbox: 0, unresolved: 0, redeemed: 0, receipts: 0 },
  clock: { trusted: true, source: 'operator', driftMs: -12, ratePpm: 3.5 },
  certificateExpiresAtMs: Date.UTC(2026, 11, 20),
  configVersion: 0,
};

/** The same without paper. */
export const boxWithoutPaper: TelemetryBody = {
  ...wellBox,
  health: { level: 'fault', problems: [{ part: 'printer', level: 'fault' }] },
  printer: { state: 'fault', faults: ['paper-out'], nearEnd: false },
};
