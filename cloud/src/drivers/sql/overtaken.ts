import type { Kysely, Transaction } from 'kysely';
import { holdingDates } from './book-locks.ts';

/** Thrown inside `writeUnlessOvertaken`: another change was faster, so that this one must leave no trace. */
class Overtaken extends Error {}

/** Runs the work in one transaction; false, and nothing written, when it throws `Overtaken`. */
export async function writeUnlessOvertaken<Tables>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<void>,
): Promise<boolean> {
  try {
    await holdingDates(db, work);
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** The statement changed exactly one row; otherwise something else was faster. */
export function requireOneRow(changedRows: bigint | number | undefined): void {
  if (Number(changedRows ?? 0) !== 1) throw new Overtaken();
}
