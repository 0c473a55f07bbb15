import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { type Result, refuse } from '@scanpay/shared/errors.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';

/** Keys of one party, each for its time: what is signed outside of it is not believed. */
export interface DatedKeys {
  resolve: ResolveKey;
  /** Whether it was the party's at some moment from `fromMs` through `untilMs`; left out: at that one. */
  isGoodAt(kid: string, fromMs: number, untilMs?: number): boolean;
}

/** When something may have been signed, ms since the epoch: at one moment, or from one through another. */
type SignedWhen = readonly [fromMs: number, untilMs?: number];

/** Of a party that nothing is expected of. */
export const noKeys: DatedKeys = { resolve: () => undefined, isGoodAt: () => false };

/** What was opened with the keys, if the key was good then. Codes: those of opening it, and signature_invalid. */
export function holdToTime<T>(
  opened: Result<T>,
  jws: string,
  keys: DatedKeys,
  signedWhen: (value: T) => SignedWhen,
): Result<T> {
  if (!opened.ok) return opened;
  const kid = readKid(jws);
  const [fromMs, untilMs] = signedWhen(opened.value);
  if (keys.isGoodAt(kid, fromMs, untilMs)) return opened;
  const at = formatSeoulTime(Number.isFinite(fromMs) ? fromMs : (untilMs ?? 0));
  return refuse('signature_invalid', `by key ${kid}, which was not good on ${at}`);
}

/** Of a JWS whose signature holds. */
function readKid(jws: string): string {
  const [header = ''] = jws.split('.', 1);
  return (JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { kid: string }).kid;
}
