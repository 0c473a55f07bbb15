import type { Clock } from '@scanpay/shared/clock.ts';

/**
 * `discrete`: somebody pulled a trigger; again after the window is again.
 * `continuous`: the code is in view of a camera; it counts once until it has been out of view for the window.
 */
export type Sighting = 'discrete' | 'continuous';

/** Drops the same text read again within a short time. One filter may serve several scanners of a box. */
export interface RepeatFilter {
  /** Whether this is a repetition, to be ignored. */
  isRepeat(text: string, sighting: Sighting): boolean;
}

/** More different codes than this within one window are not a person's doing. */
const maxTexts = 32;

export function createRepeatFilter({ clock, windowMs }: { clock: Clock; windowMs: number }): RepeatFilter {
  const seenAtMs = new Map<string, number>();

  return {
    isRepeat(text, sighting) {
      const nowMs = clock.nowMs();
      const seenMs = seenAtMs.get(text);
      // A clock that was set back must not silence a code until the old time comes round again.
      const repeated = seenMs !== undefined && nowMs >= seenMs && nowMs - seenMs < windowMs;
      if (repeated && sighting === 'discrete') return true;
      seenAtMs.delete(text);
      seenAtMs.set(text, nowMs);
      if (seenAtMs.size > maxTexts) dropOldest(seenAtMs);
      return repeated;
    },
  };
}

function dropOldest(seenAtMs: Map<string, number>): void {
  for (const text of seenAtMs.keys()) {
    seenAtMs.delete(text);
    return;
  }
}
