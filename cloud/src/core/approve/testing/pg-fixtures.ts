/** What the tests of approvals share: one order, one registration, the contract they agree on. */
import type { ApprovalBody } from '@scanpay/shared/api/pg.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, MerchantId, OfferId, PaymentId, RegistrationId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import type { PgApproval, PgOrder, PgRegistration } from '../../../ports/pg-store.ts';
import type { CardAgreement, PgAgreement } from '../../contract/agreements.ts';
import { feeOf } from '../../contract/testing/contracts.ts';

export const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const ever = {
  version: 4,
  merchantId: null,
  offerId: null,
  tender: null,
  validFrom: '2020-01-01' as BusinessDate,
  validTo: null,
  replaces: null,
};
export const cardAgreement: CardAgreement = { ...ever, cardFee: feeOf(rates.cardFeeBps) };
export const agreement: PgAgreement = { ...cardAgreement, pgFee: feeOf(rates.pgFeeBps) };

export const paymentId = '019ab0c0-0000-7000-8000-00000000000a' as PaymentId;
const couponId = '0123456789abcdef' as CouponId;
const registrationId = '019ab0c0-0000-7000-8000-000000000001' as RegistrationId;
export const merchantId = 'm-sokcho-table' as MerchantId;
const offerId = 'o-seafood-set' as OfferId;
export const today = '2026-11-23' as BusinessDate;
export const tomorrow = '2026-11-24' as BusinessDate;
export const nowMs = Date.UTC(2026, 10, 23, 3);

const sold: Omit<ApprovalBody, 'paymentId' | 'expiresAtMs' | 'cardBox'> = {
  couponId,
  registrationId,
  merchantId,
  merchantName: '속초 밥상',
  offerId,
  tender: 'card',
  split: splitCharge(won(12_300), rates),
  businessDate: today,
};
const soldForCash = { ...sold, tender: 'cash', split: splitCash(won(12_300), rates) } as const;
export const cardOrder: PgOrder = { ...sold, contractVersion: agreement.version };
export const cashOrder: PgOrder = { ...soldForCash, contractVersion: agreement.version };

export const cardBody: ApprovalBody = { ...sold, paymentId, expiresAtMs: nowMs + 10_000, cardBox: 'AAAA' };
export const cashBody: ApprovalBody = { ...soldForCash, paymentId, expiresAtMs: nowMs + 10_000, cardBox: null };

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
      offerId,
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
