import type { Check } from './check.ts';
import { chargedBy } from './dossiers.ts';

/** DESIGN §8.2: once a reversal is acknowledged there is no charge in any book, and there will be none. */
export const reversalLeavesNoCharge: Check = {
  name: 'reversal-leaves-no-charge',
  rule: '§8.2',
  claim: 'an acknowledged reversal leaves no charge in any book, then or later',
  onDown(_deviceId, message, dossier, report) {
    if (message.type !== 'payment.result' || message.outcome.kind !== 'reversed' || dossier === undefined) return;
    const charged = chargedBy(dossier);
    if (charged.length > 0) report(message.paymentId, `acknowledged, and ${charged.join(', ')} still charges`);
  },
  onBooked({ company, kind, paymentId }, dossier, report) {
    if (kind === 'sale' && dossier?.told.has('reversed')) {
      report(paymentId, `${company} charged after the reversal was acknowledged`);
    }
  },
  atRest({ dossiers }, report) {
    for (const dossier of dossiers.all()) {
      const charged = chargedBy(dossier);
      if (dossier.told.has('reversed') && charged.length > 0) {
        report(dossier.paymentId, `reversed, and at rest still charged by ${charged.join(', ')}`);
      }
    }
  },
};
