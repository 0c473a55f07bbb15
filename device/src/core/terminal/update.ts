import { refuseInput, showCounter, stay } from './parts.ts';
import type { Step, TerminalInput, TerminalState } from './state.ts';

/** How long the counter stays closed when nobody comes to restart the box. Who asked must be done well before. */
export const closedForUpdateMs = 60_000;

/** What would begin something; facts (the link, the clock, the operator's answers) are taken as ever. */
const beginnings: ReadonlySet<TerminalInput['kind']> = new Set([
  'sale-entered',
  'abandoned',
  'scanned',
  'auth-number-entered',
  'recheck-confirmed',
  'refund-asked',
  'cancel-requested',
]);

/** Whether this may not be, for another release is about to take over. */
export const isClosedTo = ({ counter }: TerminalState, input: TerminalInput): boolean =>
  counter.kind === 'updating' && beginnings.has(input.kind);

/**
 * Closes the counter for an update, also when it is closed already: the time begins anew. Never while a payment or a
 * cancel is open or its outcome uncertain, nor while a sale, a result or a question is on the counter.
 */
export function closeForUpdate(state: TerminalState, nowMs: number): Step {
  const isFree = state.counter.kind === 'idle' || state.counter.kind === 'updating';
  if (!isFree || state.payments.size + state.cancels.size > 0) return refuseInput(state, 'busy');
  return stay(showCounter(state, { kind: 'updating', untilMs: nowMs + closedForUpdateMs }));
}

export const endUpdate = (state: TerminalState): Step =>
  stay(state.counter.kind === 'updating' ? showCounter(state, { kind: 'idle' }) : state);
