import type { Check } from './check.ts';
import { chargedBy, partners, refundedAtBox, standing } from './dossiers.ts';

/**
 * DESIGN §8.1: a customer is charged at most once per payment, and only if the terminal was told, or will be told,
 * `approved`. While things move, whoever is told `approved` is in all books, and whoever is told `declined` in none.
 */
export const chargedOnce: Check = {
  name: 'charged-once',
  rule: '§8.1',
  claim: 'a customer is charged at most once, and only if the box was told, or will be told, approved',
  onBooked({ company, kind, paymentId }, dossier, report) {
    if (dossier === undefined) return report(paymentId, `${company} booked a ${kind} that no box has on record`);
    const booked = dossier.books[company];
    if (booked.sales > 1) report(paymentId, `${company} charged twice`);
    if (standing(booked) < 0 || booked.refundedWon > booked.soldWon)
      report(paymentId, `${company} gave back more than it took`);
    const { boxOutcome } = dossier;
    if (kind === 'sale' && (boxOutcome?.kind === 'declined' || boxOutcome?.kind === 'reversed')) {
      report(paymentId, `${company} charged what the box has as ${boxOutcome.kind}`);
    }
  },
  onDown(_deviceId, message, dossier, report) {
    if (message.type !== 'payment.result' || dossier === undefined) return;
    const { paymentId, outcome } = message;
    if (outcome.kind === 'declined' && chargedBy(dossier).length > 0) {
      report(paymentId, `told declined (${outcome.code}), and charged by ${chargedBy(dossier).join(', ')}`);
    }
    if (outcome.kind !== 'approved') return;
    const missing = partners(dossier).filter((company) => dossier.books[company].sales === 0);
    if (missing.length > 0) report(paymentId, `told approved, and not booked by ${missing.join(', ')}`);
  },
  onJournal(_deviceId, changes, dossiers, report) {
    for (const change of changes) {
      if (change.op !== 'close-payment') continue;
      const dossier = dossiers.find(change.paymentId);
      if (dossier === undefined) continue;
      const { kind } = change.outcome;
      const charged = chargedBy(dossier);
      if (kind !== 'approved' && charged.length > 0) {
        report(change.paymentId, `the box recorded ${kind}, and ${charged.join(', ')} charged`);
      }
      const missing = partners(dossier).filter((company) => standing(dossier.books[company]) !== 1);
      if (kind === 'approved' && missing.length > 0) {
        report(change.paymentId, `the box recorded approved, and ${missing.join(', ')} hold no charge`);
      }
    }
  },
  atRest({ dossiers }, report) {
    for (const dossier of dossiers.all()) {
      const { boxOutcome } = dossier;
      const refundedWon = refundedAtBox(dossier);
      const isCancelled =
        boxOutcome?.kind === 'approved' && refundedWon > 0 && refundedWon >= boxOutcome.approval.split.chargedWon;
      const expected = boxOutcome?.kind === 'approved' && !isCancelled ? 1 : 0;
      for (const company of partners(dossier)) {
        const { refundedWon: bookedWon } = dossier.books[company];
        if (bookedWon !== refundedWon) {
          report(dossier.paymentId, `at rest the box has ${refundedWon} won refunded, ${company} ${bookedWon}`);
        }
        const found = standing(dossier.books[company]);
        if (found !== expected) {
          const outcome = isCancelled ? 'cancelled' : (boxOutcome?.kind ?? 'open');
          report(dossier.paymentId, `at rest the box has it ${outcome}, ${company} holds ${found} charges`);
        }
      }
    }
  },
};
