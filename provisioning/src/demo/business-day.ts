import { setTimeout as delay } from 'node:timers/promises';
import { addBusinessDays, businessDateAt, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';

/** More than a scripted day and its settlement take on a busy machine. */
export const dayTakesMs = 4 * 60_000;

/**
 * What is sold before midnight in Seoul and closed after it belongs to two business dates. Whoever sells and closes in one
 * go does not begin in the last minutes of a date: waits for the next, `dayTakesMs` at most.
 */
export async function awaitRoomInBusinessDate(onWait: () => void = () => undefined): Promise<void> {
  const nowMs = Date.now();
  const leftMs = startOfBusinessDateMs(addBusinessDays(businessDateAt(nowMs), 1)) - nowMs;
  if (leftMs > dayTakesMs) return;
  onWait();
  // A timer may fire a little early.
  await delay(leftMs + 1_000);
}
