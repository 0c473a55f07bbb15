import type { MerchantId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';

export const shop = 'm-sokcho' as MerchantId;
export const otherShop = 'm-seorak' as MerchantId;

export const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };

export const shops = [
  { merchantId: shop, name: '속초 밥상', businessNumber: '123-45-67890' },
  { merchantId: otherShop, name: '설악 스테이', businessNumber: '123-45-67891' },
] as const;
