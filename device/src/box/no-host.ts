import type { Host } from '../ports/host.ts';

const unknown = { uptimeMs: 0, temperatureMilliC: null, disk: null, memory: { totalBytes: 0, availableBytes: 0 } };

/** For a box without a process of its own: no log to give, and no restart. */
export const noHost: Host = {
  readLog: () => [],
  machine: { look: async () => unknown },
  certificate: () => null,
  lastFatal: () => null,
  restart: () => undefined,
};
