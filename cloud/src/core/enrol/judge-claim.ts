import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { ClaimRecord } from '../../ports/identity-store.ts';

/**
 * A reply may be lost on its way, after the claim was used up. So the same box, with the same keys, may ask once more,
 * as long as the claim would have lived.
 */
export type ClaimUse = 'first' | 'repeated';

/** What became of a claim, for staff. `replaced`: a newer one to the same place. */
export type ClaimState = 'open' | 'used' | 'replaced' | 'expired';

export function stateOfClaim({ usedAtMs, withdrawnAtMs, expiresAtMs }: ClaimRecord, nowMs: number): ClaimState {
  if (usedAtMs !== null) return 'used';
  if (withdrawnAtMs !== null) return 'replaced';
  return nowMs >= expiresAtMs ? 'expired' : 'open';
}

/** Refuses with `claim_used` or `claim_expired`. */
export function judgeClaim(claim: ClaimRecord, request: { usedBy: string; nowMs: number }): Result<ClaimUse> {
  const hasExpired = request.nowMs >= claim.expiresAtMs;
  if (claim.usedAtMs !== null) {
    return claim.usedBy === request.usedBy && !hasExpired ? accept('repeated') : refuse('claim_used');
  }
  if (claim.withdrawnAtMs !== null) return refuse('claim_expired', 'a newer claim took its place');
  return hasExpired ? refuse('claim_expired') : accept('first');
}
