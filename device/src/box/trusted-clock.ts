import type { ClockView } from '@scanpay/shared/api/box.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { fitDriftPpm } from '../core/clock/drift-rate.ts';

export interface ClockBounds {
  /** Trust ends this long after anybody last vouched for the time. At 100 ppm, 36 hours are 13 seconds. */
  maxTrustAgeMs: number;
  /** A system clock that is off by more is shown as a warning. */
  warnDriftMs: number;
  /** So is one that gains or loses more than this. */
  warnRatePpm: number;
}

const defaultClockBounds: ClockBounds = {
  maxTrustAgeMs: 36 * 3_600_000,
  warnDriftMs: 2_000,
  warnRatePpm: 200,
};

/** An answer that took longer than this says too little about the time. */
const maxRoundTripMs = 5_000;
/** A system clock that jumps by more against the monotonic one was set, or the machine slept. */
const stepMs = 500;
/** An answer that contradicts a trusted clock by more is believed when a second one says the same. */
const oddMs = 10_000;
/** Two answers that differ by less, their round trips aside, say the same. */
const agreementMs = 1_000;
/** Comparisons the rate is fitted to: more than five hours of them. */
const maxComparisons = 32;

interface Comparison {
  /** On the monotonic clock. */
  atMs: number;
  /** Operator's time less the monotonic clock. */
  operatorMs: number;
}

/**
 * The box's clock: it runs on the monotonic clock, set by the operator's answers or, before there is any, by a system
 * clock that NTP keeps. A Pi has no battery clock, so until one of them vouches for the time it is not trusted and no
 * validity is decided (DESIGN §5); trust ends with age, and with every jump of the system clock.
 */
export interface TrustedClock extends Clock {
  isTrusted(): boolean;
  /** For round trips, which a clock that is set meanwhile must not lengthen or shorten. */
  monotonicMs(): number;
  /**
   * The operator's time; the error is at most half the round trip. `taken`, `too-slow` (the round trip was too long),
   * `odd` (it contradicts what is trusted: ask again).
   */
  takeAnswer(answer: { askedAtMs: number; answeredAtMs: number; cloudTimeMs: number }): 'taken' | 'too-slow' | 'odd';
  /** What the kernel says of NTP. */
  takeNtp(isSynchronised: boolean): void;
  /** Looks for a jump of the system clock. True: there was one, and nothing is trusted until somebody vouches again. */
  noticeStep(): boolean;
  view(): ClockView;
}

export function createTrustedClock(
  system: Clock,
  monotonicMs: () => number = system.nowMs,
  bounds: ClockBounds = defaultClockBounds,
): TrustedClock {
  let source: ClockView['source'] = null;
  /** Box time less the monotonic clock; null: nobody has vouched for any time yet, so the system's is shown. */
  let setMs: number | null = null;
  let vouchedAtMs = 0;
  let doubtedMs: number | null = null;
  let comparisons: Comparison[] = [];
  let last: { errorMs: number; operatorMs: number } | null = null;
  const systemLead = (): number => system.nowMs() - monotonicMs();
  let lead = systemLead();

  const nowMs = (): number => (setMs === null ? system.nowMs() : Math.floor(monotonicMs() + setMs));
  const isTrusted = (): boolean => source !== null && monotonicMs() - vouchedAtMs <= bounds.maxTrustAgeMs;
  const vouch = (by: 'operator' | 'ntp', boxMs: number): void => {
    source = by;
    setMs = boxMs;
    vouchedAtMs = monotonicMs();
    doubtedMs = null;
  };
  return {
    nowMs,
    monotonicMs,
    isTrusted,
    takeAnswer({ askedAtMs, answeredAtMs, cloudTimeMs }) {
      const roundTripMs = answeredAtMs - askedAtMs;
      if (roundTripMs < 0 || roundTripMs > maxRoundTripMs) return 'too-slow';
      const operatorMs = cloudTimeMs + roundTripMs / 2 - answeredAtMs;
      const offMs = Math.abs(operatorMs - (setMs ?? operatorMs));
      if (isTrusted() && offMs > oddMs + roundTripMs) {
        const isSaidTwice = doubtedMs !== null && Math.abs(operatorMs - doubtedMs) <= agreementMs + roundTripMs;
        doubtedMs = operatorMs;
        if (!isSaidTwice) return 'odd';
        comparisons = [];
      }
      comparisons = [...comparisons, { atMs: answeredAtMs, operatorMs }].slice(-maxComparisons);
      last = { operatorMs, errorMs: Math.ceil(roundTripMs / 2) };
      // A system clock that NTP keeps is finer than one round trip: small differences are the network's, not the clock's.
      const isSystemRight = Math.abs(operatorMs - systemLead()) <= roundTripMs;
      const isBoxRight = isTrusted() && setMs !== null && offMs <= roundTripMs;
      const rightMs = isSystemRight ? systemLead() : operatorMs;
      vouch('operator', isBoxRight && setMs !== null ? setMs : rightMs);
      return 'taken';
    },
    takeNtp(isSynchronised) {
      if (!isSynchronised) {
        if (source === 'ntp') source = null;
        return;
      }
      // The operator's word stands while it is fresh: statements and expiries are by its clock.
      if (source !== 'operator' || !isTrusted()) vouch('ntp', systemLead());
    },
    noticeStep() {
      const before = lead;
      lead = systemLead();
      if (Math.abs(lead - before) <= stepMs) return false;
      source = null;
      doubtedMs = null;
      // What was compared is about another setting of the system clock; the rate of a machine that slept says nothing.
      comparisons = [];
      last = null;
      return true;
    },
    view() {
      const drift = last === null ? null : Math.round(last.operatorMs - systemLead());
      const ratePpm = fitDriftPpm(comparisons.map(({ atMs, operatorMs }) => ({ atMs, offsetMs: operatorMs })));
      const errorMs = last?.errorMs ?? null;
      const comparedAtMs = comparisons.at(-1)?.atMs;
      const isFar = drift !== null && Math.abs(drift) - (errorMs ?? 0) > bounds.warnDriftMs;
      return {
        source: isTrusted() ? source : null,
        driftMs: drift,
        errorMs,
        ratePpm,
        comparedAtMs: comparedAtMs === undefined || setMs === null ? null : Math.floor(comparedAtMs + setMs),
        warning: isFar || (ratePpm !== null && Math.abs(ratePpm) > bounds.warnRatePpm),
      };
    },
  };
}
