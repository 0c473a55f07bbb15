import type { Payment, PaymentTerms } from '../../../ports/operator-payment-store.ts';

/** What is needed of an accepted payment to bring it to its end. */
export type Accepted = Pick<
  Payment,
  'paymentId' | 'deviceId' | 'merchantId' | 'tender' | 'listAmountWon' | 'couponId' | 'businessDate'
> & { terms: PaymentTerms };
