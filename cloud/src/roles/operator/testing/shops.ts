import type { EntitlementBody } from '@scanpay/shared/api/operator.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';

export const shop = 'm-sokcho' as MerchantId;
export const otherShop = 'm-seorak' as MerchantId;

export const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };

export const shops = [
  { merchantId: shop, name: '속초 밥상', businessNumber: '123-45-67890' },
  { merchantId: otherShop, name: '설악 스테이', businessNumber: '123-45-67891' },
] as const;

const today = '2026-11-23' as BusinessDate;

/** 10 % off for two, one use, visit on 23 and 24 November. */
export const entitlement: EntitlementBody = {
  offerId: 'o-table' as OfferId,
  title: { ko: '해물 한상', en: 'Seafood table' },
  merchantId: shop,
  discount: { kind: 'percent', bps: 1_000 },
  uses: 1,
  visitFrom: today,
  visitTo: '2026-11-24' as BusinessDate,
  headcount: 2,
};
