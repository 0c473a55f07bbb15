import * as gazette from '@hyunbinseo/holidays-kr/all';
import { type BusinessDate, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';

/**
 * Public holidays by year: those of the government's yearly almanac (월력요항), substitute holidays, election days and
 * Labour Day with them. It is published each summer for the year after; later years are not known.
 */
const published: Record<string, Readonly<Record<string, readonly string[]>>> = gazette;

/** Whoever wants to pay out by it names the days the almanac could not know. */
export interface KoreanCalendarConfig {
  /** Days without banks beside the published ones: temporary holidays (임시공휴일), and all of `ownYears`. */
  extraHolidays: readonly BusinessDate[];
  /** Years not published yet whose every holiday is among `extraHolidays`. */
  ownYears: readonly number[];
}

/** Korean banks work from Monday to Friday, but for public holidays and 1 May, on which they close by another law. */
export function createKoreanCalendar({ extraHolidays, ownYears }: KoreanCalendarConfig): BankingCalendar {
  const extra = new Set(extraHolidays);
  const own = new Set(ownYears.map(String));
  return {
    isBankingDay(date) {
      const year = date.slice(0, 4);
      const holidays = published[`y${year}`];
      if (holidays === undefined && !own.has(year)) {
        throw new ScanPayError('configuration', `the holidays of ${year} are not known`);
      }
      // Noon in Seoul is the same day in UTC.
      const weekday = new Date(startOfBusinessDateMs(date) + 12 * 3_600_000).getUTCDay();
      const isWeekend = weekday === 0 || weekday === 6;
      return !isWeekend && !date.endsWith('-05-01') && !(date in (holidays ?? {})) && !extra.has(date);
    },
  };
}
