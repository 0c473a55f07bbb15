import { ScanPayError } from '@scanpay/shared/errors.ts';

/**
 * PostgreSQL's `bigint`, and the `numeric` that a sum of them is, come as text. Won and milliseconds fit a number
 * exactly.
 * @throws ScanPayError `internal` for what does not.
 */
export function parsePostgresInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new ScanPayError('internal', `not a safe integer: ${text}`);
  return value;
}
