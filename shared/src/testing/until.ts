import { vi } from 'vitest';

/** Waits for something outside the test's control (a socket, a process) until `check` no longer throws; 60 s at most. */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 10 });
}
