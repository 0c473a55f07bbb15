/** The card company's decisions (S10, S11), pure: what an authorisation, a reversal and a cancel become. */
import type { AuthorisationBody, AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { CancellationBody, CancellationReply } from '@scanpay/shared/api/pg.ts';
import { isExpired, parseCardNumber, parseExpiry } from '@scanpay/shared/auth-barcode/card-number.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import { type Split, splitRefund, type Won, won } from '@scanpay/shared/money.ts';
import { addRefund, isWithinRefundLimit, nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import type { CardApproval, CardBooking, CardCancel, CardCharge, CardPayment } from '../../ports/card-store.ts';
import type { PaymentEntry } from '../../ports/ledger.ts';
import type { Unproved } from '../audit/unproved.ts';
import type { CardAgreement } from '../contract/agreements.ts';
import { computeCardFee } from '../contract/compute-fees.ts';
import { findContractVersion } from '../contract/find-version.ts';
import { makePaymentEntry } from '../settle/ledger.ts';
import { makeNotice } from './payment-notice.ts';
import type { SandboxCard } from './sandbox-cards.ts';

export interface CardRules {
  /** As the notices name the sender. */
  companyName: string;
  /** The card company's own copy of every version of its contract with the PG. */
  agreements: readonly CardAgreement[];
  /** The most a single payment may be. */
  limitWon: Won;
  cards: ReadonlyMap<string, SandboxCard>;
}

export interface CardStep {
  payment: CardPayment;
  booking: CardBooking;
}

const nothing: CardBooking = { entry: null, notice: null };

/** Why the card company refuses, or null. */
export function judgeAuthorisation(body: AuthorisationBody, rules: CardRules, nowMs: number): ErrorCode | null {
  if (body.expiresAtMs <= nowMs) return 'message_stale';
  const number = parseCardNumber(body.cardNumber);
  if (!number.ok) return number.code;
  const expiry = parseExpiry(body.expiry);
  if (!expiry.ok) return expiry.code;
  if (isExpired(expiry.value, nowMs)) return 'card_expiry_past';
  const card = rules.cards.get(number.value);
  if (card === undefined || card.expiry !== body.expiry) return 'card_declined';
  if (card.declineCode !== null) return card.declineCode;
  return body.amountWon > rules.limitWon ? 'card_limit_exceeded' : null;
}

/** What the card company takes by the version that applies to this payment; undefined: nothing was agreed. */
export function agreedFee(
  { merchantId, amountWon, businessDate }: AuthorisationBody,
  { agreements }: CardRules,
): Pick<CardApproval, 'cardFeeWon' | 'contractVersion'> | undefined {
  const agreement = findContractVersion(agreements, { merchantId, offerId: null, tender: 'card', businessDate });
  if (agreement === undefined) return undefined;
  return { cardFeeWon: computeCardFee(amountWon, agreement.cardFee, 'card'), contractVersion: agreement.version };
}

/** The payment at its first writing: approved, booked and announced, or declined. */
export function makeCardPayment(
  request: { paymentId: CardPayment['paymentId']; requestHmac: string; charge: CardCharge },
  start: { declineCode: ErrorCode } | CardApproval,
  rules: CardRules,
): CardStep {
  const common = { ...request, version: 1, refunded: nothingRefunded };
  if ('declineCode' in start) {
    const payment: CardPayment = { ...common, state: 'declined', approval: null, declineCode: start.declineCode };
    return { payment, booking: nothing };
  }
  const payment: CardPayment = { ...common, state: 'approved', approval: start, declineCode: null };
  const { approvedAtMs: atMs } = start;
  const { businessDate } = request.charge;
  const { paymentId } = payment;
  const entry = bookEvent({ kind: 'sale', paymentId, cancelId: null, split: splitOf(payment), businessDate, atMs });
  const notice = makeNotice({ kind: 'approval', id: payment.paymentId, charge: request.charge, atMs, ...rules });
  return { payment, booking: { entry, notice } };
}

/** What the reversal of a payment nobody has seen leaves behind: a later request for it is declined. */
export function makeCardTombstone(paymentId: CardPayment['paymentId']): CardPayment {
  const unseen = { requestHmac: null, charge: null, approval: null, declineCode: null, refunded: nothingRefunded };
  return { paymentId, version: 1, state: 'reversed', ...unseen };
}

/** Undefined: it is reversed already. The caller has seen that nothing of it was given back. */
export function reverseCardPayment(
  payment: CardPayment,
  businessDate: BusinessDate,
  nowMs: number,
  rules: CardRules,
): CardStep | undefined {
  if (payment.state === 'reversed') return undefined;
  const reversed: CardPayment = { ...payment, state: 'reversed', version: payment.version + 1 };
  if (payment.charge === null || payment.approval === null) return { payment: reversed, booking: nothing };
  const { paymentId } = payment;
  const split = splitOf(payment);
  const entry = bookEvent({ kind: 'reversal', paymentId, cancelId: null, split, businessDate, atMs: nowMs });
  const notice = makeNotice({
    kind: 'reversal',
    id: payment.paymentId,
    charge: payment.charge,
    atMs: nowMs,
    ...rules,
  });
  return { payment: reversed, booking: { entry, notice } };
}

/** Gives back the whole charge or a part, up to what is left of it. The payment is null where the cancel is declined. */
export function cancelCardPayment(
  payment: CardPayment | undefined,
  body: CancellationBody,
  nowMs: number,
  rules: CardRules,
): { cancel: CardCancel; payment: CardPayment | null; booking: CardBooking } {
  const { cancelId, paymentId, amountWon, businessDate } = body;
  const declineCode = judgeCancel(payment, amountWon);
  const cancel: CardCancel = { cancelId, paymentId, amountWon, businessDate, declineCode, decidedAtMs: nowMs };
  if (payment === undefined || declineCode !== null) return { cancel, payment: null, booking: nothing };
  const charge = chargeOf(payment);
  const refunded = addRefund(payment.refunded, amountWon);
  const split = splitRefund(splitOf(payment), payment.refunded.refundedWon, amountWon);
  const entry = bookEvent({ kind: 'cancel', paymentId, cancelId, split, businessDate, atMs: nowMs });
  const isWhole = amountWon === charge.amountWon;
  const kind = isWhole ? 'cancel' : 'part-cancel';
  const notice = makeNotice({ kind, id: cancelId, charge: { ...charge, amountWon }, atMs: nowMs, ...rules });
  return { cancel, payment: { ...payment, refunded, version: payment.version + 1 }, booking: { entry, notice } };
}

function judgeCancel(payment: CardPayment | undefined, amountWon: Won): ErrorCode | null {
  if (payment === undefined) return 'payment_unknown';
  if (payment.state !== 'approved') return 'payment_state';
  return isWithinRefundLimit(chargeOf(payment).amountWon, payment.refunded, amountWon) ? null : 'refund_limit';
}

/** All but the signed word, which is kept beside the entry. */
export function toAuthorisationReply(payment: CardPayment): Unproved<AuthorisationReply> {
  if (payment.state === 'reversed') return { outcome: 'reversed' };
  if (payment.approval === null) return { outcome: 'declined', code: payment.declineCode ?? 'internal' };
  const { approvalNumber, approvedAtMs, cardFeeWon } = payment.approval;
  return { outcome: 'approved', approvalNumber, approvedAtMs, cardLast4: chargeOf(payment).cardLast4, cardFeeWon };
}

export function toCardCancelReply({ declineCode, decidedAtMs }: CardCancel): Unproved<CancellationReply> {
  if (declineCode !== null) return { outcome: 'declined', code: declineCode };
  return { outcome: 'cancelled', cancelledAtMs: decidedAtMs };
}

function chargeOf(payment: CardPayment): CardCharge {
  if (payment.charge === null) throw new ScanPayError('internal', `no charge is kept of payment ${payment.paymentId}`);
  return payment.charge;
}

function bookEvent(
  event: Pick<PaymentEntry, 'kind' | 'paymentId' | 'cancelId' | 'split' | 'businessDate' | 'atMs'>,
): PaymentEntry {
  // The card company's partner is the PG: merchants, and who takes what beyond the card fee, are not in its books.
  return makePaymentEntry('card', { ...event, merchantId: null, deviceId: null, tender: 'card', payoutDate: null });
}

function splitOf(payment: CardPayment): Split {
  const { amountWon: chargedWon } = chargeOf(payment);
  const cardFeeWon = payment.approval?.cardFeeWon ?? won(0);
  const merchantShareWon = won(chargedWon - cardFeeWon);
  return { chargedWon, cardFeeWon, pgFeeWon: won(0), operatorFeeWon: won(0), merchantShareWon };
}
