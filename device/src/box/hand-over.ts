import { type HandOver, type HandOverBody, handOverTyp, type SignedHandOver } from '@scanpay/shared/api/hand-over.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { type JwsSigner, sha256Base64Url, signJws } from '@scanpay/shared/wire/envelope.ts';
import { makeHandOverSlip } from '../core/claiming/hand-over-slip.ts';
import type { Merchant } from '../core/receipts/make-receipt.ts';
import { queueReceipt } from '../core/receipts/queue-receipt.ts';
import type { Journal } from '../ports/journal.ts';
import type { TrustedClock } from './trusted-clock.ts';

export interface HandOverDeps {
  deviceId: DeviceId;
  merchant: Merchant;
  signer: JwsSigner;
  journal: Journal;
  clock: Pick<TrustedClock, 'nowMs' | 'isTrusted'>;
  /** There is something to print. */
  wake(): void;
}

/**
 * The box signs in which state the shop gets it, and prints that: by its spool, so that a printer without paper prints it
 * later. Refused with `clock_untrusted`, for a date on it would mean nothing.
 */
export function createHandOver({ deviceId, merchant, signer, journal, clock, wake }: HandOverDeps) {
  return async ({ technician, checks }: HandOverBody): Promise<Result<SignedHandOver>> => {
    if (!clock.isTrusted()) return refuse('clock_untrusted');
    const handedOverAtMs = clock.nowMs();
    const { merchantId } = merchant;
    const handOver: HandOver = { v: 1, deviceId, merchantId, technician, checks, handedOverAtMs };
    const handOverJws = await signJws(handOver, signer, handOverTyp);
    const digest = sha256Base64Url(handOverJws);
    const slip = makeHandOverSlip(handOver, { merchant, digest, kid: signer.kid });
    journal.commit([queueReceipt(slip, handedOverAtMs, journal.countWaitingReceipts())]);
    wake();
    return accept({ handOverJws, digest });
  };
}
