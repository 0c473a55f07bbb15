import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { addBusinessDays, type BusinessDate, daysBetween } from '@scanpay/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKoreanCalendar } from '../../drivers/calendar/korean-calendar.ts';
import { payoutDate } from './payout-date.ts';

const date = (text: string) => text as BusinessDate;
const calendar = createKoreanCalendar({ extraHolidays: [], ownYears: [] });
const daily = (bankingDays: 1 | 2): SettlementCycle => ({ kind: 'daily', bankingDays });
const weekly = (weekday: number): SettlementCycle => ({ kind: 'weekly', weekday });
const monthly = (day: number): SettlementCycle => ({ kind: 'monthly', day });

describe('payoutDate', () => {
  it.each<[string, SettlementCycle, string, string]>([
    ['a Monday is paid on Tuesday', daily(1), '2026-11-23', '2026-11-24'],
    ['a Friday is paid on Monday', daily(1), '2026-11-27', '2026-11-30'],
    ['a Saturday is paid on Monday', daily(1), '2026-11-28', '2026-11-30'],
    ['D+2 counts banking days', daily(2), '2026-11-26', '2026-11-30'],
    ['D+2 of a Sunday', daily(2), '2026-11-29', '2026-12-01'],
    ['Seollal is waited out', daily(1), '2026-02-13', '2026-02-19'],
    ['a substitute holiday is no banking day', daily(1), '2026-08-14', '2026-08-18'],
    ['Chuseok, then a weekend', daily(2), '2026-09-22', '2026-09-28'],
    ['Monday begins the week', weekly(3), '2026-11-23', '2026-12-02'],
    ['Sunday ends it', weekly(3), '2026-11-29', '2026-12-02'],
    ['a weekly day on a holiday moves on', weekly(1), '2026-09-30', '2026-10-06'],
    ['a month is paid in the next', monthly(10), '2026-11-01', '2026-12-10'],
    ['so is its last day', monthly(10), '2026-10-31', '2026-11-10'],
    ['over the year', monthly(4), '2026-12-31', '2027-01-04'],
    ['on the last day of a short month', monthly(31), '2026-03-15', '2026-04-30'],
    ['February, whose 28th is a Saturday, in March', monthly(31), '2026-01-31', '2026-03-03'],
  ])('%s', (_what, cycle, from, to) => {
    expect(payoutDate(date(from), cycle, calendar)).toBe(to);
  });

  const cycle = fc.oneof(
    fc.constantFrom(daily(1), daily(2)),
    fc.integer({ min: 1, max: 5 }).map(weekly),
    fc.integer({ min: 1, max: 31 }).map(monthly),
  );
  const day = fc.integer({ min: 0, max: 3_500 }).map((days) => addBusinessDays(date('2018-01-01'), days));

  it('is always a banking day after the business date, and within two months', () => {
    fc.assert(
      fc.property(day, cycle, (from, each) => {
        const paid = payoutDate(from, each, calendar);
        expect(calendar.isBankingDay(paid)).toBe(true);
        expect(daysBetween(from, paid)).toBeGreaterThan(0);
        expect(daysBetween(from, paid)).toBeLessThan(72);
      }),
    );
  });

  it('never pays a later date earlier', () => {
    fc.assert(
      fc.property(day, cycle, (from, each) => {
        const next = payoutDate(addBusinessDays(from, 1), each, calendar);
        expect(daysBetween(payoutDate(from, each, calendar), next)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('gives up on a calendar without banking days', () => {
    const closed = { isBankingDay: () => false };
    expect(() => payoutDate(date('2026-11-23'), daily(1), closed)).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});
