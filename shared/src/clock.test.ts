import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBusinessDays, type BusinessDate, businessDateAt, formatSeoulTime, startOfBusinessDateMs } from './clock.ts';

const instant = fc.integer({ min: 0, max: 7_258_118_400_000 });
const date = (text: string) => text as BusinessDate;

describe('businessDateAt', () => {
  it('turns at midnight in Seoul, 15:00 UTC', () => {
    expect(businessDateAt(Date.UTC(2026, 10, 23, 14, 59, 59, 999))).toBe('2026-11-23');
    expect(businessDateAt(Date.UTC(2026, 10, 23, 15))).toBe('2026-11-24');
  });

  it('agrees with the time zone database', () => {
    const seoul = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Seoul', dateStyle: 'short' });
    const since1989 = fc.integer({ min: Date.UTC(1989, 0, 1), max: 7_258_118_400_000 });
    fc.assert(
      fc.property(since1989, (ms) => {
        expect(businessDateAt(ms)).toBe(seoul.format(ms));
      }),
    );
  });

  it('holds every instant of its day, and no other', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const day = businessDateAt(ms);
        expect(startOfBusinessDateMs(day)).toBeLessThanOrEqual(ms);
        expect(startOfBusinessDateMs(addBusinessDays(day, 1))).toBeGreaterThan(ms);
      }),
    );
  });
});

describe('addBusinessDays', () => {
  it.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-11-23', 0, '2026-11-23'],
  ])('%s and %d days is %s', (from, days, to) => {
    expect(addBusinessDays(date(from), days)).toBe(to);
  });
});

describe('formatSeoulTime', () => {
  it('shows the clock on the wall in Seoul', () => {
    expect(formatSeoulTime(Date.UTC(2026, 10, 23, 5, 5, 9, 999))).toBe('2026-11-23 14:05:09');
  });
});
