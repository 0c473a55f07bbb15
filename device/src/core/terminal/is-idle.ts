import { countOpen } from './parts.ts';
import type { Counter, TerminalState } from './state.ts';

/** What the counter shows when nobody waits for anything. */
const restingKinds: ReadonlySet<Counter['kind']> = new Set([
  'idle',
  'refused',
  'redeemed',
  'approved',
  'declined',
  'reversed',
  'cancelled',
  'cancel-declined',
]);

/** No payment or cancel is under way or uncertain, and no clerk is in the middle of one: the box may be taken away. */
export function isIdle(state: TerminalState): boolean {
  const { counter } = state;
  if (countOpen(state) > 0 || !restingKinds.has(counter.kind)) return false;
  return counter.kind !== 'refused' || counter.sale === null;
}
