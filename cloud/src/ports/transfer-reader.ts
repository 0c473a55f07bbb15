import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, TransferId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** A transfer to a merchant as the operator has booked it. */
export interface BookedTransfer {
  transferId: TransferId;
  merchantId: MerchantId;
  /** Above zero. */
  amountWon: Won;
}

export interface TransferPage {
  /** In order of booking. */
  transfers: BookedTransfer[];
  /** Where the next page begins (`after`); null: this was the last. */
  next: number | null;
}

/** The transfers in the operator's book. */
export interface TransferReader {
  /** Those booked on the date, after the entry `after` (null: from the first), some hundred a page. */
  readTransfers(businessDate: BusinessDate, after: number | null): Promise<TransferPage>;
}
