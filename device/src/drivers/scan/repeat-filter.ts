import type { Clock } from '@scanpay/shared/clock.ts';

/**
 * `discrete`: somebody pulled a trigger; again after the window is again, unless it was never let go meanwhile.
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

/**
 * Reads that follow each other this closely are one picture held before a scanner that reads all the time: such
 * scanners wait up to a second between two reads of the same code, and then need a moment to read it. Nobody pulls a
 * trigger again and means it so soon.
 */
const heldGapMs = 1250;

interface Sight {
  /** When it was last let through. */
  countedAtMs: number;
  lastAtMs: number;
}

export function createRepeatFilter({ clock, windowMs }: { clock: Clock; windowMs: number }): RepeatFilter {
  const sights = new Map<string, Sight>();

  const isHeld = ({ countedAtMs, lastAtMs }: Sight, nowMs: number, sighting: Sighting): boolean => {
    // A clock that was set back must not silence a code until the old time comes round again.
    if (nowMs < lastAtMs) return false;
    if (nowMs - countedAtMs < windowMs) return true;
    return nowMs - lastAtMs < (sighting === 'continuous' ? windowMs : Math.min(windowMs, heldGapMs));
  };

  return {
    isRepeat(text, sighting) {
      const nowMs = clock.nowMs();
      const seen = sights.get(text);
      const repeated = seen !== undefined && isHeld(seen, nowMs, sighting);
      sights.delete(text);
      sights.set(text, { countedAtMs: repeated ? seen.countedAtMs : nowMs, lastAtMs: nowMs });
      if (sights.size > maxTexts) dropOldest(sights);
      return repeated;
    },
  };
}

function dropOldest(sights: Map<string, Sight>): void {
  for (const text of sights.keys()) {
    sights.delete(text);
    return;
  }
}
