import type { MerchantId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import { createMerchantContracts, type MerchantContract } from './contract.ts';

const contract: MerchantContract = {
  merchantId: 'm-1' as MerchantId,
  name: '속초 밥상',
  businessNumber: '123-45-67890',
  cardFeeBps: basisPoints(180),
  pgFeeBps: basisPoints(70),
  operatorFeeBps: basisPoints(500),
  version: 1,
};

describe('createMerchantContracts', () => {
  it('finds a contract by its merchant', () => {
    const contracts = createMerchantContracts([contract]);
    expect(contracts.find(contract.merchantId)).toBe(contract);
    expect(contracts.find('m-2' as MerchantId)).toBeUndefined();
    expect(contracts.list()).toEqual([contract]);
  });

  it.each([
    ['two of one merchant', [contract, { ...contract, version: 2 }]],
    ['fees above the charge', [{ ...contract, operatorFeeBps: basisPoints(9_751) }]],
    ['no name', [{ ...contract, name: '' }]],
    ['a name that fits no approval', [{ ...contract, name: '가'.repeat(61) }]],
    ['version 0', [{ ...contract, version: 0 }]],
  ])('refuses %s', (_what, contracts) => {
    expect(() => createMerchantContracts(contracts)).toThrow(expect.objectContaining({ code: 'configuration' }));
  });

  it('takes fees that are the whole charge', () => {
    expect(() => createMerchantContracts([{ ...contract, operatorFeeBps: basisPoints(9_750) }])).not.toThrow();
  });
});
