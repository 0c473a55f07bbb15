/** What the tests of approvals share: one order, one registration, the contract they agree on. */
import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, MerchantId, OfferId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import type { PgApproval, PgOrder, PgRegistration } from '../../../ports/pg-store.ts';

export const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
export const contract = { cardFeeBps: rates.cardFeeBps, pgFeeBps: rates.pgFeeBps };

export const paymentId = '019ab0c0-0000-7000-8000-00000000000a' as PaymentId;
const couponId = '0123456789abcdef' as CouponId;
const registrationId = '019ab0c0-0000-7000-8000-000000000001' as RegistrationId;
const merchantId = 'm-sokcho-table' as MerchantId;
export const today = '2026-11-23' as BusinessDate;
export const tomorrow = '2026-11-24' as BusinessDate;
export const nowMs = Date.UTC(2026, 10, 23, 3);

export const cardOrder: PgOrder = {
  couponId,
  registrationId,
  merchantId,
  merchantName: '속초 밥상',
  tender: 'card',
  split: splitCharge(won(12_300), rates),
  businessDate: today,
};
export const cashOrder: PgOrder = { ...cardOrder, tender: 'cash', split: splitCash(won(12_300), rates) };

export const cardBody: ApprovalBody = { ...cardOrder, paymentId, expiresAtMs: nowMs + 10_000, cardBox: 'AAAA' };
export const cashBody: ApprovalBody = { ...cashOrder, paymentId, expiresAtMs: nowMs + 10_000, cardBox: null };

export const approval: PgApproval = {
  approvalNumber: '12345678',
  approvedAtMs: nowMs,
  cardLast4: '1111',
  evidenceJws: 'a.b.c',
};

export const registration: PgRegistration = {
  registrationId,
  couponId,
  bodySha256: 'x',
  name: '홍길동',
  address: '속초',
  mobile: '01012345678',
  entitlements: [
    {
      offerId: 'o-seafood-set' as OfferId,
      title: { ko: '해물', en: 'Seafood' },
      merchantId,
      discount: { kind: 'percent', bps: 1_000 },
      uses: 2,
      visitFrom: today,
      visitTo: tomorrow,
      headcount: 2,
    },
  ],
  validFromMs: nowMs,
  validUntilMs: nowMs + 1_000_000,
  state: 'sent',
  createdAtMs: nowMs,
};
