import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Many tests start servers and processes of their own; more files at once would only make them wait on each other. */
const mostWorkers = 4;

export default defineConfig({
  test: {
    include: ['{shared,device,cloud,provisioning}/src/**/*.test.ts'],
    environment: 'node',
    // Processes, not threads: native addons (serial port, SQLite, camera) and process-wide state stay apart.
    pool: 'forks',
    maxWorkers: Math.min(mostWorkers, availableParallelism()),
    // Generous, for a busy machine: what hangs is still found, and what passes takes no longer.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    teardownTimeout: 10_000,
    // A second, the default, is short for a browser on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    // The default reporter last: its summary is then the last thing on the screen.
    reporters: ['./provisioning/src/setup/test-outcome-reporter.ts', 'default'],
  },
});
