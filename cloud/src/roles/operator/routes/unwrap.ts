import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';

/** Replies of every route beside its own. */
export const refusals = { '4xx': ErrorBodySchema, '5xx': ErrorBodySchema };

/** A refusal becomes the app's error reply, with the status its code has. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new ScanPayError(result.code, result.detail);
  return result.value;
}
