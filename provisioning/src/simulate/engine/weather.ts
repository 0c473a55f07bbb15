import type { Dice } from './dice.ts';

/** How bad a world is; probabilities per message or commit, and mean times between the accidents of the whole world. */
export interface Weather {
  drop: number;
  duplicate: number;
  /** A message that takes `slowMs` instead of a few milliseconds, so that later ones overtake it. */
  slow: number;
  slowMs: number;
  /** A company's answer that is an error of its own (5xx). */
  trouble: number;
  /** Null: never. */
  companyCrashMs: number | null;
  boxCrashMs: number | null;
  partitionMs: number | null;
  clockJumpMs: number | null;
  printerFaultMs: number | null;
  linkLossMs: number | null;
  /** A shop without a network, long enough for the clerk to sell on. */
  outageMs: number | null;
  /** Share of crashes that strike right before or after a commit, or fill the disk. */
  crashAtCommit: number;
  gatewayFault: number;
}

export const calm: Weather = {
  drop: 0,
  duplicate: 0,
  slow: 0,
  slowMs: 0,
  trouble: 0,
  companyCrashMs: null,
  boxCrashMs: null,
  partitionMs: null,
  clockJumpMs: null,
  printerFaultMs: null,
  linkLossMs: null,
  outageMs: null,
  crashAtCommit: 0,
  gatewayFault: 0,
};

/** Each world has its own mixture: some faults often, some never, so that one kind does not hide another. */
export function drawWeather(dice: Dice): Weather {
  const some = <T>(value: () => T, none: T): T => (dice.chance(0.7) ? value() : none);
  const between = (min: number, max: number) => () => dice.between(min, max);
  return {
    drop: some(() => dice.next() * 0.08, 0),
    duplicate: some(() => dice.next() * 0.08, 0),
    slow: some(() => dice.next() * 0.06, 0),
    slowMs: dice.pick([1_500, 4_000, 9_000, 20_000]),
    trouble: some(() => dice.next() * 0.03, 0),
    companyCrashMs: some(between(15_000, 90_000), null),
    boxCrashMs: some(between(10_000, 60_000), null),
    partitionMs: some(between(20_000, 120_000), null),
    clockJumpMs: some(between(60_000, 300_000), null),
    printerFaultMs: some(between(15_000, 60_000), null),
    linkLossMs: some(between(10_000, 60_000), null),
    crashAtCommit: dice.pick([0.3, 0.6, 0.9]),
    gatewayFault: some(() => dice.next() * 0.1, 0),
    outageMs: some(between(8_000, 40_000), null),
  };
}
