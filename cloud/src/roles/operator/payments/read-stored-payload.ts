import { ScanPayError } from '@scanpay/shared/errors.ts';

/**
 * The payload of a compact JWS (RFC 7515 §7.1) from the operator's own database: it was verified and parsed before it
 * was stored, so neither is done again.
 */
export function readStoredPayload<T>(jws: string | null): T {
  const payload = jws?.split('.')[1];
  if (payload === undefined) throw new ScanPayError('internal', 'no JWS is stored');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as T;
}
