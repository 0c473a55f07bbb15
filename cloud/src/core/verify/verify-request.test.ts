import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { customerIdOf } from '@scanpay/shared/auth-barcode/registration-box.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import type { CouponId, MerchantId, OfferId, RegistrationId } from '@scanpay/shared/ids.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import type { ContractEntry, CouponSnapshot, Entitlement } from '../../ports/operator-store.ts';
import { contractOf, feeOf } from '../contract/testing/contracts.ts';
import { type VerifyInput, verifyRequest } from './verify-request.ts';

const date = (text: string) => text as BusinessDate;
const shop = 'm-1' as MerchantId;
const couponId = '0123456789abcdef' as CouponId;
const registrationId = '019ab0c0-0000-7000-8000-000000000001' as RegistrationId;
const validFromMs = Date.parse('2026-11-20T00:00:00+09:00');
const validUntilMs = Date.parse('2026-12-01T00:00:00+09:00');
const nowMs = Date.parse('2026-11-23T12:00:00+09:00');

const table: Entitlement = {
  offerId: 'o-table' as OfferId,
  title: { ko: '해물 한상', en: 'Seafood table' },
  merchantId: shop,
  discount: { kind: 'percent', bps: 1_000 },
  uses: 2,
  scheduleVersion: 0,
  usesLeft: 1,
  visitFrom: date('2026-11-23'),
  visitTo: date('2026-11-24'),
  headcount: 2,
};
const breakfast: Entitlement = {
  ...table,
  offerId: 'o-breakfast' as OfferId,
  title: { ko: '아침', en: 'Breakfast' },
  discount: { kind: 'amount-per-person', amountWon: won(2_000) },
};
const coupon: CouponSnapshot = {
  couponId,
  registrationId,
  name: '남궁민수',
  mobile: '01012345678',
  validFromMs,
  validUntilMs,
  revokedAtMs: null,
  entitlements: [table],
};
const registration = { name: '남궁민수', mobile: '01012345678', customerId: customerIdOf(registrationId) };
const scanned = { couponId, notBeforeMs: validFromMs, expiresAtMs: validUntilMs, registration };
const request = {
  merchantId: shop,
  coupon: { kind: 'barcode', couponId, barcodeSha256: '' },
  tender: 'card',
  listAmountWon: won(30_000),
  headcount: 2,
  visitDate: date('2026-11-23'),
  expiresAtMs: nowMs + 10_000,
} as PaymentRequest;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const contract = contractOf(shop, rates, { version: 7 });
const entered = (...versions: ContractVersion[]): ContractEntry[] =>
  versions.map((each) => ({ contract: each, digest: `digest of ${each.version}`, enteredAtMs: 1 }));
const good: VerifyInput = {
  request,
  scanned: { ok: true, value: scanned },
  coupon,
  contracts: entered(contract),
  businessDate: date('2026-11-23'),
  confirmation: null,
  nowMs,
};

const scan = (differing: Partial<typeof scanned>) =>
  ({ scanned: { ok: true, value: { ...scanned, ...differing } } }) as const;
const person = (differing: Partial<typeof registration>) => scan({ registration: { ...registration, ...differing } });
const ask = (differing: object) => ({ request: { ...request, ...differing } as PaymentRequest });
const stored = (differing: Partial<CouponSnapshot>) => ({ coupon: { ...coupon, ...differing } });
const byNumber = { ...ask({ coupon: { kind: 'auth-number', authNumber: '1' } }), scanned: null };

describe('verifyRequest', () => {
  it('approves what agrees, with the split of the contract', () => {
    expect(verifyRequest(good)).toEqual({
      kind: 'approve',
      coupon,
      terms: {
        offerId: 'o-table',
        scheduleVersion: 0,
        offerTitle: table.title,
        headcount: 2,
        visitDate: '2026-11-23',
        discountWon: 3_000,
        split: {
          chargedWon: 27_000,
          cardFeeWon: 486,
          pgFeeWon: 189,
          operatorFeeWon: 1_350,
          merchantShareWon: 24_975,
        },
        tax: { taxation: 'taxable', vatType: 'general', supplyWon: 24_546, vatWon: 2_454, taxFreeWon: 0 },
        contractVersion: 7,
        contractDigest: 'digest of 7',
        customerNameMasked: '남**수',
      },
    });
  });

  it('goes by the most specific contract of the business date, for fees and for the discount', () => {
    const next = { ...contract, version: 8, validFrom: date('2026-11-24'), cardFee: feeOf(0) };
    const grant = { kind: 'percent', bps: 2_000 } as const;
    const offer = { ...next, version: 9, offerId: table.offerId, discount: grant };
    const contracts = entered(contract, next, offer);
    expect(verifyRequest({ ...good, contracts })).toMatchObject({ terms: { contractVersion: 7, discountWon: 3_000 } });
    expect(verifyRequest({ ...good, contracts, businessDate: date('2026-11-24') })).toMatchObject({
      terms: { contractVersion: 9, contractDigest: 'digest of 9', discountWon: 6_000, split: { cardFeeWon: 0 } },
    });
  });

  it('takes no card fee from cash, and the auth number for cash', () => {
    const cash = { ...byNumber, request: { ...byNumber.request, tender: 'cash' } as PaymentRequest };
    expect(verifyRequest({ ...good, ...cash })).toMatchObject({
      kind: 'approve',
      terms: { split: { cardFeeWon: 0, merchantShareWon: 25_461 } },
    });
  });

  it.each<[string, string, Partial<VerifyInput>]>([
    ['message_stale', 'at its expiry', ask({ expiresAtMs: nowMs })],
    ['card_needs_barcode', 'card tender with an auth number', byNumber],
    ['barcode_unreadable', 'no barcode at all', { scanned: null }],
    ['barcode_unreadable', 'an unreadable barcode', { scanned: refuse('barcode_unreadable') }],
    ['barcode_forged', 'a forged barcode', { scanned: refuse('barcode_forged') }],
    ['barcode_issuer_unknown', 'an unknown issuer', { scanned: refuse('barcode_issuer_unknown') }],
    ['identity_mismatch', "another coupon's barcode", scan({ couponId: 'fedcba9876543210' as CouponId })],
    ['coupon_expired', 'a barcode at its expiry', scan({ expiresAtMs: nowMs })],
    ['coupon_not_yet_valid', 'a barcode before its time', scan({ notBeforeMs: nowMs + 1 })],
    ['coupon_unknown', 'no pre-registration', { coupon: undefined }],
    ['identity_mismatch', 'another name', person({ name: '남궁민호' })],
    ['identity_mismatch', 'another mobile number', person({ mobile: '01012345679' })],
    ['identity_mismatch', 'another customer id', person({ customerId: '0'.repeat(16) as never })],
    ['coupon_revoked', 'a revoked coupon', stored({ revokedAtMs: 1 })],
    ['coupon_expired', 'a registration at its expiry', stored({ validUntilMs: nowMs })],
    ['coupon_not_yet_valid', 'a registration before its time', stored({ validFromMs: nowMs + 1 })],
    [
      'wrong_merchant',
      'no entitlement here',
      stored({ entitlements: [{ ...table, merchantId: 'm-2' as MerchantId }] }),
    ],
    ['wrong_merchant', 'no contract', { contracts: [] }],
    ['wrong_merchant', 'a contract still to begin', { businessDate: date('2019-12-31') }],
    ['wrong_merchant', 'a contract for cash', { contracts: entered({ ...contract, tender: 'cash' }) }],
    ['coupon_used', 'nothing left here', stored({ entitlements: [{ ...table, usesLeft: 0 }] })],
  ])('declines with %s: %s', (code, _what, differing) => {
    expect(verifyRequest({ ...good, ...differing })).toEqual({ kind: 'declined', code });
  });

  it('lets the first failing check decide, in the documented order', () => {
    const worst: Partial<VerifyInput>[] = [
      stored({ entitlements: [{ ...table, usesLeft: 0 }] }),
      { contracts: [] },
      stored({ validUntilMs: nowMs, entitlements: [] }),
      stored({ validUntilMs: nowMs, entitlements: [], revokedAtMs: 1 }),
      person({ name: '다른 사람' }),
      { coupon: undefined },
      scan({ expiresAtMs: nowMs }),
      scan({ expiresAtMs: nowMs, couponId: 'fedcba9876543210' as CouponId }),
      { scanned: refuse('barcode_forged') },
      ask({ expiresAtMs: nowMs }),
    ];
    const codes: unknown[] = [];
    let input = good;
    for (const next of worst) {
      input = { ...input, ...next };
      const verdict = verifyRequest(input);
      codes.push(verdict.kind === 'declined' ? verdict.code : verdict.kind);
    }
    expect(codes).toEqual([
      'coupon_used',
      'wrong_merchant',
      'coupon_expired',
      'coupon_revoked',
      'identity_mismatch',
      'coupon_unknown',
      'coupon_expired',
      'identity_mismatch',
      'barcode_forged',
      'message_stale',
    ]);
  });

  it('compares the name as the barcode holds it: cut to 45 bytes', () => {
    const name = '가'.repeat(20);
    const long = { ...stored({ name }), ...person({ name: '가'.repeat(15) }) };
    expect(verifyRequest({ ...good, ...long }).kind).toBe('approve');
  });

  it('is good until the last millisecond', () => {
    const last = stored({ validUntilMs: nowMs + 1 });
    expect(verifyRequest({ ...good, ...last, ...scan({ expiresAtMs: nowMs + 1 }) }).kind).toBe('approve');
    expect(verifyRequest({ ...good, ...ask({ expiresAtMs: nowMs + 1 }) }).kind).toBe('approve');
  });
});

describe('recheck', () => {
  const headcount = { name: 'headcount', requested: 3, registered: 2 };
  const visitDate = {
    name: 'visitDate',
    requested: '2026-11-25',
    registeredFrom: '2026-11-23',
    registeredTo: '2026-11-24',
  };
  const choices = [table, breakfast].map(({ offerId, title }) => ({ offerId, title }));
  const offerId = { name: 'offerId', choices };
  const both = stored({ entitlements: [table, breakfast] });

  it.each<[string, Partial<VerifyInput>, unknown[]]>([
    ['another headcount', ask({ headcount: 3 }), [headcount]],
    ['a visit after the registered days', ask({ visitDate: '2026-11-25' }), [visitDate]],
    ['a visit before them', ask({ visitDate: '2026-11-22' }), [{ ...visitDate, requested: '2026-11-22' }]],
    ['both at once', ask({ headcount: 3, visitDate: '2026-11-25' }), [headcount, visitDate]],
    ['several offers to choose from', both, [offerId]],
    ['all three', { ...both, ...ask({ headcount: 3, visitDate: '2026-11-25' }) }, [offerId, headcount, visitDate]],
    [
      'offers of which one was registered for another headcount',
      stored({ entitlements: [table, { ...breakfast, headcount: 3 }] }),
      [offerId, { ...headcount, requested: 2, registered: 3 }],
    ],
  ])('asks about %s', (_what, differing, fields) => {
    expect(verifyRequest({ ...good, ...differing })).toEqual({ kind: 'recheck', fields });
  });

  it('does not offer what is used up or belongs to another merchant', () => {
    const entitlements = [table, { ...breakfast, usesLeft: 0 }, { ...breakfast, merchantId: 'm-2' as MerchantId }];
    expect(verifyRequest({ ...good, ...stored({ entitlements }) }).kind).toBe('approve');
  });

  const confirm = (confirmed: object, asked: string[], expiresAtMs = nowMs + 1) =>
    ({ confirmation: { confirmed, asked, expiresAtMs } }) as Pick<VerifyInput, 'confirmation'>;

  it('takes what the clerk confirms as given', () => {
    const answered = confirm({ headcount: 3, visitDate: '2026-11-30' }, ['headcount', 'visitDate']);
    const asked = ask({ headcount: 4, visitDate: '2026-11-25', expiresAtMs: nowMs - 1 });
    expect(verifyRequest({ ...good, ...asked, ...answered })).toMatchObject({
      kind: 'approve',
      terms: { headcount: 3, visitDate: '2026-11-30' },
    });
  });

  it('takes the offer the clerk chose, and reckons its discount with the confirmed headcount', () => {
    const answered = confirm({ offerId: 'o-breakfast', headcount: 5 }, ['offerId', 'headcount']);
    expect(verifyRequest({ ...good, ...both, ...answered })).toMatchObject({
      kind: 'approve',
      terms: { offerId: 'o-breakfast', headcount: 5, discountWon: 10_000 },
    });
  });

  it.each<[string, string, Partial<VerifyInput>]>([
    ['message_stale', 'its own expiry', confirm({ headcount: 2 }, ['headcount'], nowMs)],
    ['recheck_refused', 'an answer left out', confirm({ headcount: 2 }, ['headcount', 'visitDate'])],
    [
      'recheck_refused',
      'an offer that is none of the choices',
      { ...both, ...confirm({ offerId: 'o-x' }, ['offerId']) },
    ],
    ['recheck_refused', 'a visit after the coupon', confirm({ visitDate: '2026-12-01' }, ['visitDate'])],
    ['recheck_refused', 'a visit before it', confirm({ visitDate: '2026-11-19' }, ['visitDate'])],
    ['recheck_refused', 'a difference nobody asked about', { ...ask({ headcount: 3 }), ...confirm({}, []) }],
    [
      'coupon_used',
      'an offer used up meanwhile',
      {
        ...stored({ entitlements: [{ ...table, usesLeft: 0 }] }),
        ...confirm({ headcount: 2 }, ['headcount']),
      },
    ],
  ])('declines a confirmation with %s: %s', (code, _what, differing) => {
    expect(verifyRequest({ ...good, ...differing })).toEqual({ kind: 'declined', code });
  });
});
