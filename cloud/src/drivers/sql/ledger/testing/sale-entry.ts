/** One sale as the operator books it, for tests of the ledger. */
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import { makePaymentEntry } from '../../../../core/settle/ledger.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
export const day = '2026-11-23' as BusinessDate;
export const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;

export const sale = makePaymentEntry('operator', {
  kind: 'sale',
  paymentId,
  cancelId: null,
  merchantId: 'm-1' as MerchantId,
  deviceId: 'box-1' as DeviceId,
  tender: 'card',
  split: splitCharge(won(12_345), rates),
  atMs: 1_000,
  businessDate: day,
  payoutDate: '2026-11-24' as BusinessDate,
});
