import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate, daysBetween } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';

/** The longest stretch without a banking day that is believed; a longer one is a mistake in the calendar. */
export const maxDaysSearched = 31;
const someMonday = '2001-01-01' as BusinessDate;

/** Monday to Sunday, from 0. */
const daysIntoWeek = (date: BusinessDate): number => ((daysBetween(someMonday, date) % 7) + 7) % 7;

/** Banks as if there were no holidays: no payout comes earlier than by it. */
export const weekdayCalendar: BankingCalendar = { isBankingDay: (date) => daysIntoWeek(date) < 5 };

/**
 * The day from which a business date is paid by the merchant's cycle; but for `same-day` a banking day later than the date
 * itself, and never an earlier one for a later date.
 * @throws ScanPayError `configuration` when the calendar does not know the year, or has no banking day within a month.
 */
export function payoutDate(
  businessDate: BusinessDate,
  cycle: SettlementCycle,
  calendar: BankingCalendar,
): BusinessDate {
  switch (cycle.kind) {
    case 'same-day':
      return businessDate;
    case 'daily': {
      const next = firstBankingDay(addBusinessDays(businessDate, 1), calendar);
      return cycle.bankingDays === 1 ? next : firstBankingDay(addBusinessDays(next, 1), calendar);
    }
    case 'weekly': {
      const days = 6 - daysIntoWeek(businessDate) + cycle.weekday;
      return firstBankingDay(addBusinessDays(businessDate, days), calendar);
    }
    case 'monthly':
      return firstBankingDay(dayOfNextMonth(businessDate, cycle.day), calendar);
  }
}

function firstBankingDay(from: BusinessDate, calendar: BankingCalendar): BusinessDate {
  for (let days = 0; days < maxDaysSearched; days += 1) {
    const date = addBusinessDays(from, days);
    if (calendar.isBankingDay(date)) return date;
  }
  throw new ScanPayError('configuration', `no banking day within ${maxDaysSearched} days of ${from}`);
}

/** The last day of the month where it has no such day. */
function dayOfNextMonth(date: BusinessDate, day: number): BusinessDate {
  const first = startOfNextMonth(date);
  const last = addBusinessDays(startOfNextMonth(first), -1);
  return addBusinessDays(first, Math.min(day - 1, daysBetween(first, last)));
}

function startOfNextMonth(date: BusinessDate): BusinessDate {
  // 31 days from the first reach into the next month, and never beyond it.
  return `${addBusinessDays(`${date.slice(0, 7)}-01` as BusinessDate, 31).slice(0, 7)}-01` as BusinessDate;
}
