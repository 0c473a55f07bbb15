import type { Clock } from '@scanpay/shared/clock.ts';

/** An answer that took longer than this says too little about the time. */
const maxRoundTripMs = 5_000;

/**
 * The box's clock: the system's, corrected by the operator's. A Pi has no battery clock, so before the first answer
 * the time is not trusted, and no validity is decided (DESIGN §5).
 */
export interface TrustedClock extends Clock {
  isTrusted(): boolean;
  /** Correction now applied, in ms; the box shows it as drift. */
  offsetMs(): number;
  /** Takes the operator's time; the error is at most half the round trip. False: the round trip was too long. */
  takeAnswer(answer: { askedAtSystemMs: number; answeredAtSystemMs: number; cloudTimeMs: number }): boolean;
}

export function createTrustedClock(system: Clock): TrustedClock {
  let offset = 0;
  let trusted = false;
  return {
    nowMs: () => system.nowMs() + offset,
    isTrusted: () => trusted,
    offsetMs: () => offset,
    takeAnswer({ askedAtSystemMs, answeredAtSystemMs, cloudTimeMs }) {
      const roundTripMs = answeredAtSystemMs - askedAtSystemMs;
      if (roundTripMs < 0 || roundTripMs > maxRoundTripMs) return false;
      const measured = Math.round(cloudTimeMs + roundTripMs / 2 - answeredAtSystemMs);
      // A system clock that NTP keeps is finer than one round trip: small differences are the network's, not the clock's.
      if (!trusted || Math.abs(measured - offset) > roundTripMs)
        offset = Math.abs(measured) <= roundTripMs ? 0 : measured;
      trusted = true;
      return true;
    },
  };
}
