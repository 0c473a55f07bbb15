import type { Clock } from '@scanpay/shared/clock.ts';
import { latencyBuckets, type Metrics } from '@scanpay/shared/metrics/metrics.ts';
import type { PaymentStore } from '../../ports/operator-payment-store.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';

/** The store, counting what payments come to as it is put on record. */
export function meterPayments(store: OperatorStore, metrics: Metrics, clock: Clock): OperatorStore {
  const count = metrics.counter({
    name: 'payments_total',
    help: 'Payments by outcome; the code of a decline',
    labels: ['outcome', 'code'],
  });
  const measure = metrics.histogram({
    name: 'payment_seconds',
    help: 'From a payment’s arrival to its outcome',
    labels: ['outcome'],
    buckets: latencyBuckets,
  });
  const note = async (paymentId: Parameters<PaymentStore['findPayment']>[0], outcome: string, code = '') => {
    count({ outcome, code });
    const payment = await store.findPayment(paymentId);
    if (payment !== undefined) measure({ outcome }, Math.max(0, clock.nowMs() - payment.createdAtMs) / 1_000);
  };
  return {
    ...store,
    async addUncharged(payment, ...rest) {
      const added = await store.addUncharged(payment, ...rest);
      if (added) await note(payment.paymentId, payment.state, payment.declineCode ?? '');
      return added;
    },
    async approve(paymentId, ...rest) {
      const approved = await store.approve(paymentId, ...rest);
      if (approved) await note(paymentId, 'approved');
      return approved;
    },
    async decline(paymentId, code, ...rest) {
      const declined = await store.decline(paymentId, code, ...rest);
      if (declined) await note(paymentId, 'declined', code);
      return declined;
    },
    async declineConfirm(paymentId, confirmJws, code, ...rest) {
      const declined = await store.declineConfirm(paymentId, confirmJws, code, ...rest);
      if (declined) await note(paymentId, 'declined', code);
      return declined;
    },
    async finishReversal(payment, end, ...rest) {
      const finished = await store.finishReversal(payment, end, ...rest);
      if (finished) await note(payment.paymentId, end.state, end.declineCode ?? '');
      return finished;
    },
  };
}
