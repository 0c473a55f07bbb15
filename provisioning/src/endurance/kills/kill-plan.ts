import type { Random } from '../../bench-decode/phone-screens/random.ts';
import type { KillOrder } from '../../e2e/killable.ts';

/** When a box is killed. */
export type KillPlan =
  | { kind: 'starting'; atMs: number }
  /** While it sells, this long after it began to. */
  | { kind: 'instant'; atMs: number }
  | { kind: 'commit'; order: KillOrder };

/** About as long as a start takes. */
const startSpanMs = 1_500;
/** Some sales. */
const saleSpanMs = 500;
/** More than one sale with its receipt takes. */
const mostCommits = 14;

/**
 * Plans kills for ever, in turns: at each commit of the journal's, just before and just after it; at random instants of
 * a sale; and, less often, of a start.
 */
export function createKillPlanner(random: Random): () => KillPlan {
  let planned = 0;
  let walked = Math.floor(random.between(0, 2 * mostCommits));
  return () => {
    planned += 1;
    if (planned % 6 === 0) return { kind: 'starting', atMs: Math.round(random.between(0, startSpanMs)) };
    if (planned % 2 === 0) return { kind: 'instant', atMs: Math.round(random.between(0, saleSpanMs)) };
    const commit = 1 + (Math.floor(walked / 2) % mostCommits);
    const side = walked % 2 === 0 ? 'before' : 'after';
    walked += 1;
    return { kind: 'commit', order: { commit, side } };
  };
}
