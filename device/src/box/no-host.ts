import type { Host } from '../ports/host.ts';

/** For a box without a process of its own: no log to give, and no restart. */
export const noHost: Host = {
  readLog: () => [],
  measure: async () => ({ temperatureC: null, diskFreeBytes: null }),
  certificate: () => null,
  lastFatal: () => null,
  restart: () => undefined,
};
