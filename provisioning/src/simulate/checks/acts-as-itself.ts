import type { Check } from './check.ts';

/**
 * DESIGN §8.8: a box acts only as itself. Nobody hears of another box's payment, and nothing is given back that its own
 * box did not ask for: not on a stranger's word, whatever the stranger repeats or makes up.
 */
export const actsAsItself: Check = {
  name: 'acts-as-itself',
  rule: '§8.8',
  claim: 'a box acts only as itself',
  onDown(deviceId, message, dossier, report) {
    if (message.type !== 'payment.result' && message.type !== 'cancel.result') return;
    // "No" tells a stranger nothing that it did not bring.
    if (message.outcome.kind === 'not-seen') return;
    if (message.type === 'cancel.result' && message.outcome.kind === 'declined') return;
    if (dossier !== undefined && dossier.deviceId !== deviceId) {
      report(message.paymentId, `${deviceId} is told of a payment of ${dossier.deviceId}`);
    }
  },
  onBooked({ company, kind, paymentId, cancelId }, dossier, report) {
    if (dossier === undefined) return;
    if (kind === 'cancel' && (cancelId === null || !dossier.cancels.has(cancelId))) {
      report(paymentId, `${company} cancelled what its box did not ask to be cancelled`);
    }
    if (kind === 'reversal' && dossier.told.has('approved') && !dossier.boxReverses) {
      report(paymentId, `${company} reversed an approved payment, and its box did not ask`);
    }
  },
  onJournal(deviceId, changes, dossiers, report) {
    for (const change of changes) {
      if (change.op !== 'close-payment' || change.outcome.kind !== 'reversed') continue;
      const dossier = dossiers.find(change.paymentId);
      if (dossier?.boxReverses === false) report(change.paymentId, `${deviceId} is told reversed and did not ask`);
    }
  },
};
