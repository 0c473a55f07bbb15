import type { BusinessDate } from '@scanpay/shared/clock.ts';

/** Days on which Korean banks move money. */
export interface BankingCalendar {
  /** @throws ScanPayError `configuration` for a year whose holidays are not known. */
  isBankingDay(date: BusinessDate): boolean;
}
