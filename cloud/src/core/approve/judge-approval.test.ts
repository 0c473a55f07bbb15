import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { MerchantId, RegistrationId } from '@scanpay/shared/ids.ts';
import { splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSplitByContract, judgeApproval } from './judge-approval.ts';
import { cardBody, cashBody, contract, nowMs, rates, registration } from './testing/pg-fixtures.ts';

const otherRegistration = '019ab0c0-0000-7000-8000-000000000002' as RegistrationId;

describe('judgeApproval', () => {
  it('lets a card and a cash payment pass', () => {
    expect(judgeApproval(cardBody, registration, contract, nowMs)).toBeNull();
    expect(judgeApproval(cashBody, registration, contract, nowMs)).toBeNull();
  });

  it.each<[string, Partial<ApprovalBody>]>([
    ['message_stale', { expiresAtMs: nowMs }],
    ['identity_mismatch', { registrationId: otherRegistration }],
    ['wrong_merchant', { merchantId: 'm-elsewhere' as MerchantId }],
    ['card_needs_barcode', { cardBox: null }],
    ['fee_mismatch', { split: splitCash(won(12_300), rates) }],
  ])('refuses with %s', (code, change) => {
    expect(judgeApproval({ ...cardBody, ...change }, registration, contract, nowMs)).toBe(code);
  });

  it('refuses a coupon it has never sold', () => {
    expect(judgeApproval(cardBody, undefined, contract, nowMs)).toBe('coupon_unknown');
  });

  it('refuses the card fee on a cash payment', () => {
    expect(judgeApproval({ ...cashBody, split: cardBody.split }, registration, contract, nowMs)).toBe('fee_mismatch');
  });
});

describe('isSplitByContract', () => {
  it('holds for every split made by the contract, and for none with a won moved', () => {
    const parts = ['cardFeeWon', 'pgFeeWon', 'operatorFeeWon', 'merchantShareWon'] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.constantFrom(...parts), (charged, part) => {
        const split = splitCharge(won(charged), rates);
        expect(isSplitByContract(split, 'card', contract)).toBe(true);
        expect(isSplitByContract({ ...split, [part]: won(split[part] + 1) }, 'card', contract)).toBe(false);
      }),
    );
  });

  it('lets the operator and the merchant divide their part as they agreed', () => {
    const split = cardBody.split;
    const moved = {
      ...split,
      operatorFeeWon: won(split.operatorFeeWon + 10),
      merchantShareWon: won(split.merchantShareWon - 10),
    };
    expect(isSplitByContract(moved, 'card', contract)).toBe(true);
  });
});
