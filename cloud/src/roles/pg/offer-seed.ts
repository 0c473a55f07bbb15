import type { Category, Discount, Offer } from '@scanpay/shared/api/pg.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';

interface Shop {
  category: Category;
  merchantId: MerchantId;
  merchantName: string;
}

const shop = (category: Category, merchantId: string, merchantName: string): Shop => ({
  category,
  merchantId: merchantId as MerchantId,
  merchantName,
});

const restaurant = shop('restaurant', 'm-sokcho-table', '속초 밥상');
const lodging = shop('lodging', 'm-seorak-stay', '설악 스테이');
const retail = shop('retail', 'm-gangneung-beans', '강릉 커피상점');
const tourism = shop('tourism', 'm-donghae-cruise', '동해 유람선');
const rentalCar = shop('rental-car', 'm-gangwon-rent', '강원 렌터카');

const percent = (bps: number): Discount => ({ kind: 'percent', bps });
const perPerson = (amount: number): Discount => ({ kind: 'amount-per-person', amountWon: won(amount) });

function offer(
  offerId: string,
  at: Shop,
  title: Offer['title'],
  discount: Discount,
  uses: number,
  validForMs: number | null = null,
): Offer {
  return { offerId: offerId as OfferId, ...at, title, discount, uses, validForMs };
}

/**
 * The catalogue a fresh PG starts with: every trade of claim 5, and one offer so short-lived that one can watch its
 * coupon expire.
 */
export const seedOffers: readonly Offer[] = [
  offer('o-seafood-set', restaurant, { ko: '해물 한상 10% 할인', en: '10% off the seafood table' }, percent(1_000), 2),
  offer(
    'o-breakfast',
    restaurant,
    { ko: '아침 정식 1인 2,000원 할인', en: '2,000 won off each breakfast' },
    perPerson(2_000),
    3,
  ),
  offer(
    'o-ondol-night',
    lodging,
    { ko: '온돌방 1박 20% 할인', en: '20% off a night in an ondol room' },
    percent(2_000),
    1,
  ),
  offer('o-roasted-beans', retail, { ko: '원두 전 품목 15% 할인', en: '15% off all roasted beans' }, percent(1_500), 5),
  offer(
    'o-harbour-cruise',
    tourism,
    { ko: '항구 유람 1인 5,000원 할인', en: '5,000 won off each harbour cruise' },
    perPerson(5_000),
    1,
  ),
  offer('o-compact-car', rentalCar, { ko: '소형차 대여 25% 할인', en: '25% off a compact car' }, percent(2_500), 1),
  offer(
    'o-ten-seconds',
    restaurant,
    { ko: '10초 반짝 할인 30% (만료 체험)', en: '30% off for ten seconds (to see a coupon expire)' },
    percent(3_000),
    1,
    10_000,
  ),
];
