import type { Schedule } from '@scanpay/shared/api/schedule.ts';
import { addBusinessDays, type BusinessDate, businessDateAt, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScheduleChange, lastVisitDay, maxRefusedChanges, type ScheduleNow } from './check-change.ts';

const on = (date: string) => date as BusinessDate;
const nowMs = Date.parse('2026-11-23T15:00:00+09:00');
const now: ScheduleNow = {
  visitFrom: on('2026-11-25'),
  visitTo: on('2026-11-28'),
  headcount: 2,
  applied: 0,
  asked: 0,
};
/** The end of the 28th in Seoul, and six hours. */
const validUntilMs = Date.parse('2026-11-29T06:00:00+09:00');
const rules = { maxChanges: 3 };
const ask = (
  after: Partial<Schedule>,
  differing: Partial<ScheduleNow> = {},
  words = { reason: '', staffName: null as string | null },
) => {
  const { visitFrom, visitTo, headcount } = { ...now, ...differing };
  const wanted = { after: { visitFrom, visitTo, headcount, ...after }, ...words };
  return checkScheduleChange(wanted, { ...now, ...differing }, { validUntilMs }, rules, nowMs);
};
const codeOf = (result: ReturnType<typeof ask>) => (result.ok ? 'ok' : result.code);

describe('checkScheduleChange', () => {
  it('takes other days and another headcount within the validity of the coupon', () => {
    expect(ask({ visitFrom: on('2026-11-23'), visitTo: on('2026-11-24'), headcount: 5 })).toEqual({
      ok: true,
      value: {
        after: { visitFrom: '2026-11-23', visitTo: '2026-11-24', headcount: 5 },
        reason: '',
        staffName: null,
      },
    });
    expect(codeOf(ask({ headcount: 3 }))).toBe('ok');
  });

  it('says why it does not', () => {
    expect(codeOf(ask({}))).toBe('schedule_unchanged');
    expect(codeOf(ask({ visitFrom: on('2026-11-22') }))).toBe('schedule_past');
    expect(codeOf(ask({ visitFrom: on('2026-11-27'), visitTo: on('2026-11-26') }))).toBe('invalid_input');
    expect(codeOf(ask({ visitTo: on('2026-02-31') }))).toBe('invalid_input');
    expect(codeOf(ask({ visitTo: on('2026-11-29') }))).toBe('schedule_outside_validity');
    expect(codeOf(ask({ headcount: 3 }, { applied: 3 }))).toBe('schedule_limit');
    expect(codeOf(ask({ headcount: 3 }, { asked: 3 + maxRefusedChanges }))).toBe('schedule_limit');
    expect(
      checkScheduleChange({ after: now, reason: '', staffName: null }, now, { validUntilMs: nowMs }, rules, nowMs),
    ).toMatchObject({ code: 'coupon_expired' });
  });

  it('keeps card numbers out of what is kept in clear, and tidies words', () => {
    expect(codeOf(ask({ headcount: 3 }, {}, { reason: '카드 4111 1111 1111 1111', staffName: null }))).toBe(
      'invalid_input',
    );
    expect(codeOf(ask({ headcount: 3 }, {}, { reason: '', staffName: '4111-1111-1111-1111' }))).toBe('invalid_input');
    expect(codeOf(ask({ headcount: 3 }, {}, { reason: '', staffName: ' \n ' }))).toBe('invalid_input');
    const asked = ask({ headcount: 3 }, {}, { reason: ' 비가\n 와서 ', staffName: '김 직원 ' });
    expect(asked).toMatchObject({ value: { reason: '비가 와서', staffName: '김 직원' } });
  });

  it('lets a guest who has come already leave earlier or later, not begin anew in the past', () => {
    const staying = { visitFrom: on('2026-11-21'), visitTo: on('2026-11-26') };
    expect(codeOf(ask({ visitTo: on('2026-11-24') }, staying))).toBe('ok');
    expect(codeOf(ask({ visitTo: on('2026-11-28') }, staying))).toBe('ok');
    expect(codeOf(ask({ visitFrom: on('2026-11-22') }, staying))).toBe('schedule_past');
    expect(codeOf(ask({ visitTo: on('2026-11-22') }, staying))).toBe('schedule_past');
  });

  it('never ends a visit after the coupon, unless it did before, whatever is asked', () => {
    const day = fc.integer({ min: -20, max: 20 }).map((days) => addBusinessDays(on('2026-11-23'), days));
    fc.assert(
      fc.property(day, day, day, fc.integer({ min: 1, max: 30 * 24 }), (visitFrom, visitTo, current, hours) => {
        const untilMs = nowMs + hours * 3_600_000;
        const held = { ...now, visitFrom: current, visitTo: current };
        const asked = { after: { visitFrom, visitTo, headcount: 4 }, reason: '', staffName: null };
        const result = checkScheduleChange(asked, held, { validUntilMs: untilMs }, rules, nowMs);
        if (!result.ok) return;
        const { after } = result.value;
        expect(after.visitFrom <= after.visitTo).toBe(true);
        expect(after.visitTo >= businessDateAt(nowMs)).toBe(true);
        const endMs = startOfBusinessDateMs(addBusinessDays(after.visitTo, 1));
        expect(endMs <= untilMs || after.visitTo <= current).toBe(true);
        expect(after.visitTo <= lastVisitDay(untilMs, held)).toBe(true);
      }),
    );
  });
});
