import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { AuthNumber, RegistrationId } from '@scanpay/shared/ids.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CouponFacts, makeCouponTexts } from './coupon-texts.ts';
import { makeCouponLink, makeMmsText, makeScheduleLink, maxMmsTextBytes, measureCp949 } from './mms-text.ts';

const offer = (ko: string, visitTo = '2026-11-26') => ({
  title: { ko, en: 'offer' },
  headcount: 2,
  visitFrom: '2026-11-24' as BusinessDate,
  visitTo: visitTo as BusinessDate,
});
const factsWith = (...titles: string[]): CouponFacts => ({
  name: '남궁민수',
  authNumber: '123456789015' as AuthNumber,
  validFromMs: Date.parse('2026-11-23T09:30:00+09:00'),
  validUntilMs: Date.parse('2026-12-01T00:00:00+09:00'),
  entitlements: titles.map((title) => offer(title)),
});

describe('makeCouponTexts', () => {
  it('shows whose it is, the number in fours, and the last minute it is good', () => {
    expect(makeCouponTexts(factsWith('해물 한상'), 4)).toEqual({
      greeting: '남**수 님의 모바일 쿠폰',
      authNumber: '1234 5678 9015',
      validity: '2026-11-23 09:30 ~ 2026-11-30 23:59',
      offers: [{ title: '해물 한상', detail: ' (2명, 11/24~11/26)' }],
    });
    const oneDay = { ...factsWith(), entitlements: [offer('가', '2026-11-24')] };
    expect(makeCouponTexts(oneDay, 4).offers).toEqual([{ title: '가', detail: ' (2명, 11/24)' }]);
  });

  it('counts the offers that have no line of their own', () => {
    const titles = (max: number) => makeCouponTexts(factsWith('가', '나', '다'), max).offers.map((each) => each.title);
    expect(titles(3)).toEqual(['가', '나', '다']);
    expect(titles(2)).toEqual(['가', '외 2건']);
    expect(titles(1)).toEqual(['외 3건']);
  });
});

describe('makeMmsText', () => {
  it('says auth number and validity (claim 10), the offers, and the link last', () => {
    expect(
      makeMmsText(factsWith('해물 한상', '유람선'), {
        coupon: 'https://coupon.example/coupon#SP1:AB',
        schedule: 'https://pg.example/schedule#019a',
      }).split('\n'),
    ).toEqual([
      '[ScanPay] 남**수 님의 모바일 쿠폰',
      '인증번호: 1234 5678 9015',
      '유효기간: 2026-11-23 09:30 ~ 2026-11-30 23:59',
      '',
      '- 해물 한상 (2명, 11/24~11/26)',
      '- 유람선 (2명, 11/24~11/26)',
      '',
      '매장에서 바코드를 보여 주세요. 인증번호만으로는 현금 결제에만 쓸 수 있습니다.',
      '',
      '일정 변경: https://pg.example/schedule#019a',
      '',
      '쿠폰 보기: https://coupon.example/coupon#SP1:AB',
    ]);
    expect(makeMmsText(factsWith('가'), { coupon: null, schedule: null })).not.toContain('쿠폰 보기');
  });

  it('fits what a gateway takes, however long titles and link are', () => {
    const title = fc.string({ unit: fc.constantFrom('가', 'a', '힣', ' '), minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(
        fc.array(title, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 0, max: 1_100 }),
        (titles, length) => {
          const text = makeMmsText(factsWith(...titles), {
            coupon: `https://c.example/coupon#${'%2A'.repeat(length / 3)}`,
            schedule: makeScheduleLink('https://pg.example/', '019ab0c0-0000-7000-8000-000000000001' as RegistrationId),
          });
          expect(measureCp949(text)).toBeLessThanOrEqual(maxMmsTextBytes);
          expect(text).toContain('1234 5678 9015');
        },
      ),
    );
  });
});

describe('makeCouponLink', () => {
  it('puts the code into the fragment, safe from what phones cut off a link', () => {
    const link = makeCouponLink('https://coupon.example/', 'SP1:A B%C*D.E/F$G+H-I.');
    expect(link).toBe('https://coupon.example/coupon#SP1:A%20B%25C%2AD%2EE%2FF%24G%2BH%2DI%2E');
  });

  it('is read back by a page with decodeURIComponent', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (code) => {
        const { hash, search } = new URL(makeCouponLink('https://c.example', `SP1:${code}`));
        expect(decodeURIComponent(hash.slice(1))).toBe(`SP1:${code}`);
        expect(search).toBe('');
      }),
    );
  });
});
