import type { Check } from './check.ts';

/** DESIGN §3: a request carries its own expiry; a stale one is never approved, wherever on its way it was held up. */
export const staleNeverApproved: Check = {
  name: 'stale-never-approved',
  rule: '§3',
  claim: 'a stale request is never approved',
  onBooked({ company, kind, paymentId, atMs }, dossier, report) {
    if (kind !== 'sale' || dossier === undefined || atMs < dossier.expiresAtMs) return;
    report(paymentId, `${company} charged ${atMs - dossier.expiresAtMs} ms after the request had expired`);
  },
};
