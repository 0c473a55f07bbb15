import { ScanPayError } from '@scanpay/shared/errors.ts';
import pg from 'pg';

/** SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const unavailableClasses = new Set([
  '08', // connection exception
  '25', // transaction state: the server ended an idle transaction
  '40', // rolled back: deadlock, serialization
  '53', // out of disk, memory or connections
  '55', // a lock was not available
  '57', // cancelled by a timeout, or the server is shutting down
  '58', // system error
]);
/** Invalid authorization, and a database that does not exist. */
const configurationClasses = new Set(['28', '3D']);

/**
 * The error in our words where it is the server's, or the way to it. What a statement itself did wrong (a constraint,
 * a trigger, our own SQL) stays as it is. Never holds the values of a statement.
 */
export function toDatabaseError(error: unknown): Error {
  if (error instanceof pg.DatabaseError) {
    const sqlClass = (error.code ?? '').slice(0, 2);
    const detail = `PostgreSQL: ${error.message} (${error.code})`;
    if (configurationClasses.has(sqlClass)) return new ScanPayError('configuration', detail, { cause: error });
    if (!unavailableClasses.has(sqlClass)) return error;
    return new ScanPayError('database_unavailable', detail, { cause: error });
  }
  if (isOwnFault(error)) return error;
  return new ScanPayError('database_unavailable', `PostgreSQL: ${describe(error)}`, { cause: error });
}

/** Whether the connection can be used no more: the server closed it, or nobody knows what it still answers. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC';
  return !isOwnFault(error);
}

/** What went wrong on this side before a statement was sent, or as its answer was read. */
function isOwnFault(error: unknown): error is Error {
  return error instanceof ScanPayError || error instanceof TypeError || error instanceof RangeError;
}

/** Of several tries to connect (IPv6, IPv4) the message is empty, and the code tells. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message !== '' ? error.message : ((error as NodeJS.ErrnoException).code ?? error.name);
}

/** Whether the statement would have written a key that is there already, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
