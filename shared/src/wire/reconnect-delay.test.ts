import { describe, expect, it } from 'vitest';
import { reconnectDelayMs } from './reconnect-delay.ts';

const policy = { firstDelayMs: 500, longestDelayMs: 15_000 };
const lowest = () => Uint8Array.of(0, 0);
const highest = () => Uint8Array.of(255, 255);

describe('reconnectDelayMs', () => {
  it('doubles up to the longest delay, and never beyond', () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 1000].map((attempt) => reconnectDelayMs(attempt, policy, highest));
    expect(ceilings).toEqual([499, 999, 1999, 3999, 7999, 14_999, 14_999, 14_999]);
  });

  it('spreads over half of it', () => {
    expect(reconnectDelayMs(0, policy, lowest)).toBe(250);
    expect(reconnectDelayMs(9, policy, lowest)).toBe(7500);
  });
});
