import type { MerchantId } from '@scanpay/shared/ids.ts';
import { describe, expect, it } from 'vitest';
import { createMerchants, type Merchant } from './merchants.ts';

const merchant: Merchant = {
  merchantId: 'm-1' as MerchantId,
  name: '속초 밥상',
  businessNumber: '123-45-67890',
};

describe('createMerchants', () => {
  it('finds a merchant by its id', () => {
    const merchants = createMerchants([merchant]);
    expect(merchants.find(merchant.merchantId)).toBe(merchant);
    expect(merchants.find('m-2' as MerchantId)).toBeUndefined();
    expect(merchants.list()).toEqual([merchant]);
  });

  it.each([
    ['one merchant twice', [merchant, { ...merchant, name: '속초' }]],
    ['no name', [{ ...merchant, name: '' }]],
    ['a name that fits no approval', [{ ...merchant, name: '가'.repeat(61) }]],
  ])('refuses %s', (_what, merchants) => {
    expect(() => createMerchants(merchants)).toThrow(expect.objectContaining({ code: 'configuration' }));
  });
});
