import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import { splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSplitAsAgreed, judgeApproval } from './judge-approval.ts';
import { agreement, cardBody, cashBody, nowMs, rates, registration } from './testing/pg-fixtures.ts';

const otherRegistration = '019ab0c0-0000-7000-8000-000000000002' as RegistrationId;

describe('judgeApproval', () => {
  it('lets a card and a cash payment pass', () => {
    expect(judgeApproval(cardBody, registration, agreement, nowMs)).toBeNull();
    expect(judgeApproval(cashBody, registration, agreement, nowMs)).toBeNull();
  });

  it.each<[string, Partial<ApprovalBody>]>([
    ['message_stale', { expiresAtMs: nowMs }],
    ['identity_mismatch', { registrationId: otherRegistration }],
    ['wrong_merchant', { merchantId: 'm-elsewhere' as MerchantId }],
    ['wrong_merchant', { offerId: 'o-other' as OfferId }],
    ['card_needs_barcode', { cardBox: null }],
    ['fee_mismatch', { split: splitCash(won(12_300), rates) }],
  ])('refuses with %s', (code, change) => {
    expect(judgeApproval({ ...cardBody, ...change }, registration, agreement, nowMs)).toBe(code);
  });

  it('refuses a coupon it has never sold', () => {
    expect(judgeApproval(cardBody, undefined, agreement, nowMs)).toBe('coupon_unknown');
  });

  it('approves nothing it has no agreement for', () => {
    expect(judgeApproval(cardBody, registration, undefined, nowMs)).toBe('fee_mismatch');
  });

  it('refuses the card fee on a cash payment', () => {
    expect(judgeApproval({ ...cashBody, split: cardBody.split }, registration, agreement, nowMs)).toBe('fee_mismatch');
  });
});

describe('isSplitAsAgreed', () => {
  it('holds for every split made by the contract, and for none with a won moved', () => {
    const parts = ['cardFeeWon', 'pgFeeWon', 'operatorFeeWon', 'merchantShareWon'] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), fc.constantFrom(...parts), (charged, part) => {
        const split = splitCharge(won(charged), rates);
        expect(isSplitAsAgreed(split, 'card', agreement)).toBe(true);
        expect(isSplitAsAgreed({ ...split, [part]: won(split[part] + 1) }, 'card', agreement)).toBe(false);
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
    expect(isSplitAsAgreed(moved, 'card', agreement)).toBe(true);
  });
});
