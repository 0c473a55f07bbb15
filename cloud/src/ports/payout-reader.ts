import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** What the operator has booked as paid on one S15 statement. */
export interface BookedPayout {
  merchantId: MerchantId;
  statementId: StatementId;
  /** What left the operator's bank; negative: the merchant paid. */
  amountWon: Won;
}

/** Names a payout in the order in which they are read. */
export type PayoutKey = Pick<BookedPayout, 'merchantId' | 'statementId'>;

export interface PayoutPage {
  /** In order of merchant, then statement. */
  payouts: BookedPayout[];
  /** Where the next page begins (`after`); null: this was the last. */
  next: PayoutKey | null;
}

/** The payouts in the operator's book. */
export interface PayoutReader {
  /** Those booked on the date, after `after` (null: from the first), some hundred a page. */
  readPayouts(businessDate: BusinessDate, after: PayoutKey | null): Promise<PayoutPage>;
}
