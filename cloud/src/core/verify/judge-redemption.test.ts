import { customerIdOf } from '@scanpay/shared/auth-barcode/registration-box.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import type { MerchantTerms, OfflineRedemption } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import type { CouponSnapshot } from '../../ports/operator-store.ts';
import { contractOf } from '../contract/testing/contracts.ts';
import { judgeRedemption, type RedemptionInput, type RedemptionRequest } from './judge-redemption.ts';

const dayMs = 86_400_000;
const shop = 'm-1' as MerchantId;
const couponId = '0123456789abcdef' as CouponId;
const registrationId = '019ab0c0-0000-7000-8000-000000000001' as RegistrationId;
const validFromMs = Date.parse('2026-11-20T00:00:00+09:00');
const validUntilMs = Date.parse('2026-12-01T00:00:00+09:00');
const redeemedAtMs = Date.parse('2026-11-23T12:00:00+09:00');
const visitDate = '2026-11-23' as BusinessDate;
const offerId = 'o-table' as OfferId;
const title = { ko: '해물 한상', en: 'Seafood table' };
const discount = { kind: 'percent', bps: 1_000 } as const;

const coupon: CouponSnapshot = {
  couponId,
  registrationId,
  name: '남궁민수',
  mobile: '01012345678',
  validFromMs,
  validUntilMs,
  revokedAtMs: null,
  entitlements: [
    {
      ...{ offerId, title, merchantId: shop, discount, uses: 1, scheduleVersion: 0, usesLeft: 1, headcount: 2 },
      ...{ visitFrom: visitDate, visitTo: visitDate },
    },
  ],
};
const terms: MerchantTerms = {
  merchantId: shop,
  contractVersion: 7,
  pgFeeBps: 70,
  operatorFeeBps: 500,
  offers: [{ offerId, title, discount, uses: 1 }],
  limits: { maxCount: 20, maxTotalWon: won(1_000_000), maxPerCoupon: 1, syncWithinMs: 7 * dayMs },
};
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const contract = contractOf(shop, rates, { version: 8 });
const offline: OfflineRedemption = {
  redeemedAtMs,
  termsId: 'T'.repeat(43),
  offerId,
  discountWon: won(3_000),
  chargedWon: won(27_000),
};
const request = {
  merchantId: shop,
  coupon: { kind: 'barcode', couponId, barcodeSha256: '' },
  tender: 'cash',
  listAmountWon: won(30_000),
  headcount: 2,
  visitDate,
  expiresAtMs: redeemedAtMs + 7 * dayMs,
  offline,
} as RedemptionRequest;
const registration = { name: '남궁민수', mobile: '01012345678', customerId: customerIdOf(registrationId) };
const scanned = { couponId, notBeforeMs: validFromMs, expiresAtMs: validUntilMs, registration };
/** Synced on the next day. */
const good: RedemptionInput = {
  request,
  scanned: { ok: true, value: scanned },
  coupon,
  terms,
  contracts: [{ contract, digest: 'digest', enteredAtMs: 1 }],
  businessDate: visitDate,
  nowMs: redeemedAtMs + dayMs,
};

const ask = (differing: Partial<PaymentRequest>) => ({ request: { ...request, ...differing } as RedemptionRequest });
const claim = (differing: Partial<OfflineRedemption>) => ask({ offline: { ...offline, ...differing } });
const stored = (differing: Partial<CouponSnapshot>) => ({ coupon: { ...coupon, ...differing } });
const holds = (differing: object) => stored({ entitlements: coupon.entitlements.map((e) => ({ ...e, ...differing })) });

describe('judgeRedemption', () => {
  it('takes what follows from the terms, with the fees of the contract in force on the business date', () => {
    expect(judgeRedemption(good)).toMatchObject({
      kind: 'approve',
      terms: {
        contractVersion: 8,
        contractDigest: 'digest',
        discountWon: 3_000,
        split: { chargedWon: 27_000, cardFeeWon: 0, pgFeeWon: 189, operatorFeeWon: 1_350, merchantShareWon: 25_461 },
      },
    });
  });

  it('goes by the time of the redemption, whatever has run out since', () => {
    const nowMs = validUntilMs + 1;
    const late = { ...offline, redeemedAtMs: validUntilMs - 1 };
    const differing = ask({ offline: late, expiresAtMs: nowMs + dayMs });
    expect(judgeRedemption({ ...good, ...differing, nowMs }).kind).toBe('approve');
  });

  it('takes headcount and day of the visit as the clerk entered them, as after a recheck', () => {
    const differing = ask({ headcount: 5, visitDate: '2026-11-24' as BusinessDate });
    expect(judgeRedemption({ ...good, ...differing })).toMatchObject({ kind: 'approve', terms: { headcount: 5 } });
  });

  it.each<[string, Partial<RedemptionInput>, string]>([
    ['a card', ask({ tender: 'card' }), 'offline'],
    ['an auth number', ask({ coupon: { kind: 'auth-number', authNumber: '1' } as never }), 'offline_needs_barcode'],
    ['tomorrow', claim({ redeemedAtMs: good.nowMs + 60_001 }), 'redeemed_in_future'],
    ['the last moment to sync', { nowMs: redeemedAtMs + 7 * dayMs }, 'message_stale'],
    ['a request that has run out', ask({ expiresAtMs: good.nowMs }), 'message_stale'],
    ['a day without contract', { businessDate: '2019-12-31' as BusinessDate }, 'wrong_merchant'],
    ['terms nobody handed out', { terms: undefined }, 'terms_unknown'],
    ['terms of another shop', { terms: { ...terms, merchantId: 'm-2' as MerchantId } }, 'terms_unknown'],
    ['an offer not in the terms', claim({ offerId: 'o-none' as OfferId }), 'terms_unknown'],
    ['a discount of its own', claim({ discountWon: won(2_999), chargedWon: won(27_001) }), 'terms_unknown'],
    ['no barcode beside the request', { scanned: null }, 'barcode_unreadable'],
    ['a forged barcode', { scanned: refuse('barcode_forged') }, 'barcode_forged'],
    ['a coupon nobody knows', { coupon: undefined }, 'coupon_unknown'],
    ['a revoked coupon', stored({ revokedAtMs: redeemedAtMs + 1 }), 'coupon_revoked'],
    ['another person', stored({ name: '다른사람' }), 'identity_mismatch'],
    ['a visit before the coupon', ask({ visitDate: '2026-11-19' as BusinessDate }), 'coupon_not_yet_valid'],
    ['a visit after the coupon', ask({ visitDate: '2026-12-01' as BusinessDate }), 'coupon_expired'],
    ['an offer the coupon does not hold', holds({ offerId: 'o-other' }), 'offer_not_held'],
    ['an offer for another shop', holds({ merchantId: 'm-2' }), 'offer_not_held'],
    ['a coupon used elsewhere meanwhile', holds({ usesLeft: 0 }), 'coupon_used'],
  ])('does not take %s', (_what, differing, code) => {
    expect(judgeRedemption({ ...good, ...differing })).toEqual({ kind: 'declined', code });
  });

  it('does not take a coupon that had expired when it was redeemed', () => {
    const late = { ...claim({ redeemedAtMs: validUntilMs }), nowMs: validUntilMs + dayMs };
    expect(judgeRedemption({ ...good, ...late })).toEqual({ kind: 'declined', code: 'message_stale' });
    const inTime = { ...late.request, expiresAtMs: late.nowMs + dayMs };
    expect(judgeRedemption({ ...good, ...late, request: inTime })).toEqual({
      kind: 'declined',
      code: 'coupon_expired',
    });
  });
});
