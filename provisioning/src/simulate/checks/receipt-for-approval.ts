import type { Check } from './check.ts';

/**
 * DESIGN §8.6: a receipt for every approval, printed or spooled, from the very commit of the approval on; its first copy
 * comes out once, and every other says that it is a reprint.
 */
export const receiptForApproval: Check = {
  name: 'receipt-for-approval',
  rule: '§8.6',
  claim: 'a receipt for every approval, its first copy once, every other marked',
  onJournal(_deviceId, changes, _dossiers, report) {
    for (const change of changes) {
      if (change.op !== 'close-payment' || change.outcome.kind !== 'approved') continue;
      const { paymentId } = change;
      const isQueued = changes.some(
        (each) => each.op === 'queue-receipt' && each.receipt.kind === 'sale' && each.receipt.paymentId === paymentId,
      );
      if (!isQueued) report(paymentId, 'approved without a receipt in the same commit');
    }
  },
  onPaper(_deviceId, receipt, dossiers, report) {
    if (receipt.kind !== 'sale' || receipt.reprint) return;
    const dossier = dossiers.find(receipt.paymentId);
    if ((dossier?.originalsPrinted ?? 0) > 1)
      report(receipt.paymentId, 'printed twice without a word that it is a copy');
    if (dossier?.boxOutcome?.kind !== 'approved') report(receipt.paymentId, 'printed without an approval on record');
  },
  atRest({ dossiers, journals }, report) {
    for (const dossier of dossiers.all()) {
      const { paymentId, request, boxOutcome, originalsPrinted, copiesPrinted, cancels, cancelSlips } = dossier;
      // The customer of an offline redemption has had a slip before there was an approval.
      const slips = request.offline === undefined ? originalsPrinted + copiesPrinted : dossier.offlineSlips;
      if ((boxOutcome?.kind === 'approved' || request.offline !== undefined) && slips === 0) {
        report(paymentId, 'approved or redeemed, and no paper came out');
      }
      for (const [cancelId, { outcome }] of cancels) {
        if (outcome === 'cancelled' && !cancelSlips.has(cancelId)) report(paymentId, 'cancelled, and no slip came out');
      }
    }
    for (const [deviceId, journal] of journals) {
      const waiting = journal.prepare<[], { count: number }>(
        `SELECT COUNT(*) AS count FROM receipts WHERE state IN ('queued', 'printing')`,
      );
      const count = waiting.get()?.count ?? 0;
      if (count > 0) report(null, `${deviceId}: ${count} receipts still wait at rest`);
    }
  },
};
