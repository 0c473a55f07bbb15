import type { Kysely, Transaction } from 'kysely';
import { holdingDates } from '../book-locks.ts';
import type { OperatorTables } from './tables.ts';

export type OperatorDb = Kysely<OperatorTables>;
export type OperatorTrx = Transaction<OperatorTables>;

/** Ends a transaction without a trace; caught where it was opened. */
class Undone<T> extends Error {
  readonly outcome: T;

  constructor(outcome: T) {
    super('undone');
    this.outcome = outcome;
  }
}

/**
 * Runs the work in one transaction. `undo(outcome)` ends the work, takes everything back, and is what the whole
 * resolves with.
 */
export async function transact<T>(
  db: OperatorDb,
  work: (trx: OperatorTrx, undo: (outcome: T) => never) => Promise<T>,
): Promise<T> {
  const undo = (outcome: T): never => {
    throw new Undone(outcome);
  };
  try {
    return await holdingDates(db, (trx) => work(trx, undo));
  } catch (error) {
    if (error instanceof Undone) return error.outcome as T;
    throw error;
  }
}
