import { describe, expect, it } from 'vitest';
import type { ClaimRecord } from '../../ports/identity-store.ts';
import { renewAfter, validityFrom } from './certificate-times.ts';
import { judgeClaim } from './judge-claim.ts';

const open: ClaimRecord = {
  claimId: 'c',
  deviceId: 'box-1' as never,
  merchantId: 'm-1' as never,
  secretSha256: '',
  codeSha256: '',
  createdAtMs: 0,
  expiresAtMs: 100,
  withdrawnAtMs: null,
  usedAtMs: null,
  usedBy: null,
};
const used = { ...open, usedAtMs: 50, usedBy: 'box' };

describe('judgeClaim', () => {
  it.each([
    ['in time', open, 'box', 99, 'first'],
    ['too late', open, 'box', 100, 'claim_expired'],
    ['replaced', { ...open, withdrawnAtMs: 5 }, 'box', 10, 'claim_expired'],
    ['again, by the same box', used, 'box', 99, 'repeated'],
    ['again, by another', used, 'thief', 60, 'claim_used'],
    ['again, by the same box, too late', used, 'box', 100, 'claim_used'],
  ] as const)('%s', (_what, claim, usedBy, nowMs, verdict) => {
    const judged = judgeClaim(claim, { usedBy, nowMs });
    expect(judged.ok ? judged.value : judged.code).toBe(verdict);
  });
});

describe('the times of a certificate', () => {
  it('begin an hour ago, and renewal is due when a third is left', () => {
    const dayMs = 86_400_000;
    const { notBeforeMs, notAfterMs } = validityFrom(1_000_000_000_500, 30 * dayMs);
    expect([notBeforeMs, notAfterMs]).toEqual([1_000_000_000_500 - 3_600_000, 1_000_000_000_000 + 30 * dayMs]);
    expect(renewAfter(notAfterMs, 30 * dayMs)).toBe(1_000_000_000_000 + 20 * dayMs);
  });
});
