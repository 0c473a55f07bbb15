import { describe, expect, it } from 'vitest';
import { holdsCardNumber, isExpired, lastFour, parseCardNumber, parseExpiry } from './card-number.ts';

describe('parseCardNumber', () => {
  it.each([
    ['4111 1111 1111 1111', '4111111111111111'],
    ['4222-2222-2222-2', '4222222222222'],
    ['378282246310005', '378282246310005'],
    [' 6304000000000000000 ', '6304000000000000000'],
  ])('takes %j', (text, number) => {
    const parsed = parseCardNumber(text);
    expect(parsed).toEqual({ ok: true, value: number });
    if (parsed.ok) expect(lastFour(parsed.value)).toBe(number.slice(-4));
  });

  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['twelve digits', '411111111111'],
    ['twenty digits', '63040000000000000001'],
    ['a letter', '4111x11111111111'],
    ['nothing', ''],
    ['a megabyte', '4'.repeat(1_000_000)],
  ])('refuses %s without repeating it', (_what, text) => {
    const parsed = parseCardNumber(text);
    expect(parsed).toMatchObject({ ok: false, code: 'card_number_invalid' });
    if (!parsed.ok) expect(parsed.detail).not.toMatch(/[0-9]{3}/u);
  });
});

describe('holdsCardNumber', () => {
  it.each([
    '4111111111111111',
    '카드 4111 1111 1111 1111 입니다',
    '4111-1111-1111-1111',
    '3782 822463 10005',
    '서울 1-2 (6304000000000000000)',
  ])('finds one in %j', (text) => expect(holdsCardNumber(text)).toBe(true));

  it.each([
    '',
    '김민수',
    '제주시 용담일동 248-5 1203호 010-1234-5678',
    '4111111111111112',
    '41111111111111111111',
    '4111 1111-1111 1111',
  ])('finds none in %j', (text) => expect(holdsCardNumber(text)).toBe(false));
});

describe('parseExpiry', () => {
  it.each(['12/30', '12 / 30', '1230', ' 12-30 '])('takes %j', (text) => {
    expect(parseExpiry(text)).toEqual({ ok: true, value: { year: 2030, month: 12 } });
  });

  it.each(['00/30', '13/30', '1/30', '12/2030', '12/3', 'ab/cd', '', '12/30'.padEnd(41)])('refuses %j', (text) => {
    expect(parseExpiry(text)).toMatchObject({ ok: false, code: 'invalid_input' });
  });
});

describe('isExpired', () => {
  // Seoul is UTC+9: its December 2030 ends at 15:00 UTC on the 31st.
  const endMs = Date.parse('2030-12-31T15:00:00Z');

  it.each([
    [endMs - 1, false],
    [endMs, true],
    [Date.parse('2030-01-01T00:00:00Z'), false],
    [Date.parse('2040-01-01T00:00:00Z'), true],
  ])('at %i: %s', (nowMs, expired) => {
    expect(isExpired({ year: 2030, month: 12 }, nowMs)).toBe(expired);
  });

  it('knows single-digit months', () => {
    expect(isExpired({ year: 2026, month: 9 }, Date.parse('2026-10-01T00:00:00+09:00') - 1)).toBe(false);
    expect(isExpired({ year: 2026, month: 9 }, Date.parse('2026-10-01T00:00:00+09:00'))).toBe(true);
  });
});
