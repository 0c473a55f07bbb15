import type { Issued } from './cloud/issue-coupons.ts';
import { runWorld, type WorldReport } from './run-world.ts';

/** Which worlds a run consists of, and how large they are. */
export interface RunOrder {
  seed: string;
  /** Payments in all. */
  payments: number;
  /** Payments of one world; then the next one begins, with a seed and a weather of its own. */
  worldPayments: number;
  /** This process plays every `of`-th world, beginning with `index`. */
  share: { index: number; of: number };
}

/** The first world has the run's own seed, so that any world is played again by its name. */
const nameWorld = (seed: string, at: number): string => (at === 0 ? seed : `${seed}.${at}`);

/** One world after the other until the payments are reached, or an invariant breaks. */
export async function playWorlds(
  { seed, payments, worldPayments, share }: RunOrder,
  issued: Issued,
  onReport: (report: WorldReport) => void,
): Promise<boolean> {
  let played = 0;
  for (let at = share.index; played < payments / share.of; at += share.of) {
    const report = await runWorld({ seed: nameWorld(seed, at), payments: worldPayments, issued });
    played += report.payments;
    onReport(report);
    if (report.violation !== null) return false;
  }
  return true;
}
