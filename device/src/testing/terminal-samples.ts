import { addBusinessDays, type BusinessDate } from '@scanpay/shared/clock.ts';
import { accept } from '@scanpay/shared/errors.ts';
import type { AuthNumber, CancelId, CouponId, MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { IssuedTerms, OfflineLimits, TermsOffer } from '@scanpay/shared/redemption/merchant-terms.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type {
  PlainInput,
  Sale,
  Scan,
  Step,
  TerminalEffect,
  TerminalInput,
  TerminalLimits,
  TerminalState,
} from '../core/terminal/state.ts';
import { startTerminal, stepTerminal, type TerminalConfig } from '../core/terminal/terminal.ts';
import type { PaymentRecord } from '../ports/journal.ts';

/** 2026-11-23 12:00 in Seoul. */
export const noonMs = Date.UTC(2026, 10, 23, 3);
export const today = '2026-11-23' as BusinessDate;
export const merchantId = 'm-haenyeo' as MerchantId;

export const limits: TerminalLimits = {
  deadlineMs: 10_000,
  repeatMs: 2_000,
  inquiries: 3,
  maxRepeatMs: 60_000,
  recheckMs: 120_000,
  awaitScanMs: 120_000,
  showResultMs: 30_000,
  maxOpen: 3,
};
export const config: TerminalConfig = { merchantId, limits };

const uuid = (serial: number): string => `019ab000-0000-7000-8000-${serial.toString(16).padStart(12, '0')}`;
export const paymentIdOf = (serial: number): PaymentId => uuid(serial) as PaymentId;
export const cancelIdOf = (serial: number): CancelId => uuid(serial + 0x10_0000) as CancelId;

export const cardSale: Sale = { tender: 'card', listAmountWon: won(50_000), headcount: 2, visitDate: today };
export const cashSale: Sale = { ...cardSale, tender: 'cash' };

export const coupon: Scan = {
  kind: 'coupon',
  text: 'SP1:SAMPLE',
  sha256: 'A'.repeat(43),
  coupon: accept({
    couponId: '00112233aabbccdd' as CouponId,
    notBeforeMs: noonMs - 3_600_000,
    expiresAtMs: noonMs + 86_400_000,
  }),
};

export const approval: Approval = {
  approvalNumber: '12345678',
  approvedAtMs: noonMs + 500,
  businessDate: today,
  payoutDate: addBusinessDays(today, 1),
  tender: 'card',
  offerId: 'o-lunch' as OfferId,
  offerTitle: { ko: '전복죽 점심', en: 'Abalone lunch' },
  headcount: 2,
  visitDate: today,
  listAmountWon: won(50_000),
  discountWon: won(5_000),
  split: {
    chargedWon: won(45_000),
    cardFeeWon: won(900),
    pgFeeWon: won(450),
    operatorFeeWon: won(1_350),
    merchantShareWon: won(42_300),
  },
  contractVersion: 1,
  cardLast4: '1111',
  customerNameMasked: '김*수',
};

/** 10 % off, one use. */
const lunch: TermsOffer = {
  offerId: 'o-lunch' as OfferId,
  title: { ko: '전복죽 점심', en: 'Abalone lunch' },
  discount: { kind: 'percent', bps: 1_000 },
  uses: 1,
};
export const otherOffer: TermsOffer = {
  offerId: 'o-dinner' as OfferId,
  title: { ko: '회 저녁', en: 'Raw fish dinner' },
  discount: { kind: 'amount-per-person', amountWon: won(2_000) },
  uses: 1,
};

/** Terms with one offer, good for a day. */
export function issuedTerms(
  differing: Partial<OfflineLimits & Pick<IssuedTerms, 'issuedAtMs' | 'validUntilMs'>> & { offers?: TermsOffer[] } = {},
): IssuedTerms {
  const { issuedAtMs = noonMs, validUntilMs = noonMs + 86_400_000, offers = [lunch], ...limited } = differing;
  const bounds = { maxCount: 20, maxTotalWon: won(1_000_000), maxPerCoupon: 1, syncWithinMs: 7 * 86_400_000 };
  const fees = { pgFeeBps: 100, operatorFeeBps: 300 };
  const terms = { merchantId, contractVersion: 1, ...fees, offers, limits: { ...bounds, ...limited } };
  return { termsId: 'T'.repeat(43), issuedAtMs, validUntilMs, terms };
}

/** A terminal that is connected and knows the time. */
export function startReady(nowMs = noonMs): TerminalState {
  const started = startTerminal({ payments: [], cancels: [] }, nowMs, limits);
  const up = stepTerminal(started, { kind: 'link', up: true, nowMs }, config).state;
  const timed = stepTerminal(up, { kind: 'clock', trusted: true, nowMs }, config).state;
  return stepTerminal(timed, { kind: 'scanner', ready: true, nowMs }, config).state;
}

/** A payment of today that this box made. */
export const paid: PaymentRecord = {
  paymentId: paymentIdOf(1),
  couponId: null,
  request: {
    paymentId: paymentIdOf(1),
    merchantId,
    coupon: { kind: 'auth-number', authNumber: '123456789012' as AuthNumber },
    ...cardSale,
    expiresAtMs: noonMs,
  },
  state: 'approved',
  declineCode: null,
  approval,
  refunded: nothingRefunded,
  openedAtMs: noonMs,
};

/** One input at a time, at noon unless told otherwise. */
export const step = (state: TerminalState, input: PlainInput, nowMs = noonMs): Step =>
  stepTerminal(state, { ...input, nowMs } as TerminalInput, config);
/** Effects in two words each, in order. */
export const brief = (effects: TerminalEffect[]): string[] =>
  effects.map((effect) => ('phase' in effect ? `${effect.do} ${effect.phase}` : `${effect.do} ${effect.what}`));
export const enter = (state: TerminalState, sale: Sale = cardSale, nowMs = noonMs): TerminalState =>
  step(state, { kind: 'sale-entered', sale }, nowMs).state;
