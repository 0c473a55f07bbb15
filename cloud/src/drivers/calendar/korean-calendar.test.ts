import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { createKoreanCalendar } from './korean-calendar.ts';

const date = (text: string) => text as BusinessDate;
const calendar = createKoreanCalendar({ extraHolidays: [date('2026-11-27')], ownYears: [] });

/** Weekdays of a year on which banks are closed, without the year. */
function closedWeekdays(year: number): string[] {
  const plain = createKoreanCalendar({ extraHolidays: [], ownYears: [] });
  const days = Array.from({ length: year % 4 === 0 ? 366 : 365 }, (_none, index) =>
    addBusinessDays(date(`${year}-01-01`), index),
  );
  const isWeekday = (day: BusinessDate) => ![0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());
  return days.filter((day) => isWeekday(day) && !plain.isBankingDay(day)).map((day) => day.slice(5));
}

describe('createKoreanCalendar', () => {
  it('knows the holidays of 2026 that fall on weekdays, substitutes and the local elections with them', () => {
    expect(closedWeekdays(2026)).toEqual([
      '01-01',
      '02-16',
      '02-17',
      '02-18',
      '03-02',
      '05-01',
      '05-05',
      '05-25',
      '06-03',
      '07-17',
      '08-17',
      '09-24',
      '09-25',
      '10-05',
      '10-09',
      '12-25',
    ]);
  });

  it('knows that banks kept Labour Day before it was a public holiday, and the elections of 2025', () => {
    expect(closedWeekdays(2025)).toEqual([
      '01-01',
      '01-27',
      '01-28',
      '01-29',
      '01-30',
      '03-03',
      '05-01',
      '05-05',
      '05-06',
      '06-03',
      '06-06',
      '08-15',
      '10-03',
      '10-06',
      '10-07',
      '10-08',
      '10-09',
      '12-25',
    ]);
  });

  it('keeps weekends and the extra holidays free', () => {
    expect(
      ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'].map(date).map(calendar.isBankingDay),
    ).toEqual([true, false, false, false, true]);
  });

  it('does not guess a year that is not published', () => {
    expect(() => calendar.isBankingDay(date('2031-03-03'))).toThrow(expect.objectContaining({ code: 'configuration' }));
  });

  it('goes by the configuration for a year of its own', () => {
    const own = createKoreanCalendar({ extraHolidays: [date('2031-01-01')], ownYears: [2031] });
    expect(own.isBankingDay(date('2031-01-01'))).toBe(false);
    expect(own.isBankingDay(date('2031-01-02'))).toBe(true);
    expect(own.isBankingDay(date('2031-01-04'))).toBe(false);
  });
});
