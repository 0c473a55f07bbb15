import type { JournalChange, OpenPayment } from '@scanpay/device/ports/journal.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { offlineLimits } from '../cloud/cast.ts';
import type { Check, Report } from './check.ts';

/** What one box has redeemed offline. Kept outside the box: a crash takes nothing from it. */
interface Redeemed {
  /** Not answered yet, in the order in which they were made; the charge of each in won. */
  waiting: Map<PaymentId, number>;
  /** How often those that wait were told to the operator. */
  told: Map<PaymentId, number>;
  answered: Set<PaymentId>;
}

/** One that finds no answer lets the next ones pass, but not at once. */
const fewestTold = 2;

/**
 * DESIGN §5: offline a box takes cash against a barcode and nothing else, within its limits; what it took is told to the
 * operator in the order in which it happened, until it is answered and never after, and is never taken back.
 */
export function createOfflineCash(): Check {
  const boxes = new Map<DeviceId, Redeemed>();
  const of = (deviceId: DeviceId): Redeemed => {
    const known = boxes.get(deviceId) ?? { waiting: new Map(), told: new Map(), answered: new Set() };
    boxes.set(deviceId, known);
    return known;
  };
  return {
    name: 'offline-cash',
    rule: '§5',
    claim: 'offline redemptions are cash by barcode, within limits, synced in order until answered and once',
    onJournal(deviceId, changes, _dossiers, report) {
      const box = of(deviceId);
      for (const change of changes) {
        if (change.op === 'open-payment' && change.payment.phase === 'redeemed') {
          takeOn(box, change.payment, report);
          if (!changes.some((other) => isSlipOf(change.payment, other))) {
            report(change.payment.paymentId, 'redeemed offline without a slip in the same commit');
          }
        } else if ('paymentId' in change && box.waiting.has(change.paymentId)) {
          endWaiting(box, change, report);
        }
      }
    },
    onUp(deviceId, message, _dossiers, report) {
      if (message.type !== 'payment.request' || message.offline === undefined) return;
      const { paymentId } = message;
      const { waiting, told, answered } = of(deviceId);
      if (answered.has(paymentId)) report(paymentId, 'synced again after it was answered');
      if (waiting.has(paymentId)) told.set(paymentId, (told.get(paymentId) ?? 0) + 1);
      for (const earlier of waiting.keys()) {
        if (earlier === paymentId) return;
        const times = told.get(earlier) ?? 0;
        if (times < fewestTold) report(paymentId, `synced after ${earlier} was told ${times} times, and not answered`);
      }
    },
    atRest({ books, dossiers }, report) {
      const kept = books.operator.prepare<[string], { n: number }>(
        `SELECT COUNT(*) AS n FROM ledger_entries WHERE payment_id = ? AND kind = 'sale'`,
      );
      for (const { paymentId, request, boxOutcome } of dossiers.all()) {
        if (request.offline === undefined) continue;
        const expected = boxOutcome?.kind === 'approved' ? 1 : 0;
        const found = kept.get(paymentId)?.n ?? 0;
        if (found !== expected) report(paymentId, `redeemed offline, ${boxOutcome?.kind}, and booked ${found} times`);
      }
    },
  };
}

function takeOn({ waiting }: Redeemed, { paymentId, request }: OpenPayment, report: Report): void {
  const { tender, coupon, offline } = request;
  if (tender !== 'cash' || coupon.kind !== 'barcode')
    report(paymentId, `redeemed offline: ${tender} by ${coupon.kind}`);
  waiting.set(paymentId, offline?.chargedWon ?? 0);
  const sumWon = [...waiting.values()].reduce((sum, chargedWon) => sum + chargedWon, 0);
  if (waiting.size > offlineLimits.maxCount) report(paymentId, `${waiting.size} redemptions wait`);
  if (sumWon > offlineLimits.maxTotalWon) report(paymentId, `redemptions of ${sumWon} won wait`);
}

const isSlipOf = ({ paymentId }: OpenPayment, change: JournalChange): boolean =>
  change.op === 'queue-receipt' && change.receipt.kind === 'offline' && change.receipt.paymentId === paymentId;

/** The only thing that can happen to it is the operator's answer. */
function endWaiting(box: Redeemed, change: JournalChange & { paymentId: PaymentId }, report: Report): void {
  const { paymentId } = change;
  if (change.op === 'set-phase') report(paymentId, `redeemed offline, and made ${change.phase}`);
  if (change.op !== 'close-payment') return;
  if (change.outcome.kind === 'reversed') report(paymentId, 'redeemed offline, and reversed');
  box.waiting.delete(paymentId);
  box.told.delete(paymentId);
  box.answered.add(paymentId);
}
