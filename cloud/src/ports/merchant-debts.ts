import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** What a merchant owes by its approved statements, carried forward from payout to payout. */
export interface MerchantDebt {
  /** The first of the days at whose ends it has owed, without a day between on which it did not. */
  sinceDate: BusinessDate;
  owedWon: Won;
}

export interface MerchantDebts {
  /** Null: it owes nothing. */
  findDebt(merchantId: MerchantId): Promise<MerchantDebt | null>;
}
