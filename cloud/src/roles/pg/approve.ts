import type { ApprovalBody, ApprovalReply } from '@scanpay/shared/api/pg.ts';
import { openCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import type { Card, CardExpiry } from '@scanpay/shared/auth-barcode/card-number.ts';
import { accept, type ErrorCode, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { judgeApproval } from '../../core/approve/judge-approval.ts';
import { makePayment, orderOf, type PgPaymentStep } from '../../core/approve/pg-payment.ts';
import type { PgAgreement } from '../../core/contract/agreements.ts';
import { findContractVersion } from '../../core/contract/find-version.ts';
import type { PgOrder, PgPayment, PgRegistration } from '../../ports/pg-store.ts';
import { withinDeadline } from '../common/deadline.ts';
import { inquireOutcome, knownOutcome, refusalToInput, signApproval, toPaymentInput } from './ask-card.ts';
import type { PgContext } from './pg-context.ts';
import { proveStep } from './prove-step.ts';
import { advancePayment, readPayment, resolvePayment } from './settle-payment.ts';

/** What the PG does with a request: refuse it, approve it by itself (cash), or ask the card company. */
type Verdict =
  | { kind: 'decline'; code: ErrorCode }
  | { kind: 'cash' }
  | { kind: 'card'; card: Card; registration: PgRegistration };

/**
 * S10. Idempotent on the payment id: the same body gets the same answer, another one `payment_id_conflict`. The
 * payment is on disk before the card company is asked; an answer that does not come in time is `processing`, and the
 * payment goes on by itself.
 */
export async function approve(ctx: PgContext, body: ApprovalBody): Promise<Result<ApprovalReply>> {
  if (body.tender === 'cash' && body.cardBox !== null) return refuse('invalid_input', '/cardBox: cash carries no card');
  const bodySha256 = sha256Base64Url(canonicalJson(body));
  const registration = await ctx.store.findRegistrationByCoupon(body.couponId);
  const agreement = findContractVersion(ctx.config.agreements, body);
  const verdict = judge(ctx, body, registration, agreement);
  const { paymentId } = body;
  const order = toOrder(body, agreement);
  const step = await firstStep(ctx, paymentId, order, bodySha256, verdict);
  const added = await addPayment(ctx, step);
  if (added === undefined) return answerRepeat(await readPayment(ctx, paymentId), bodySha256);
  if (verdict.kind !== 'card' || added.state !== 'authorising') return accept(toApprovalReply(added));
  const work = authorise(ctx, added, verdict, body.expiresAtMs).finally(() => ctx.inFlight.delete(paymentId));
  ctx.inFlight.set(paymentId, work);
  const settled = await withinDeadline(ctx.scheduler, work, ctx.config.approvalReplyMs);
  return accept(settled === undefined ? { outcome: 'processing' } : toApprovalReply(settled));
}

/** Refuses with `payment_unknown`. */
export async function inquire(ctx: PgContext, paymentId: PaymentId): Promise<Result<ApprovalReply>> {
  const payment = await ctx.store.findPayment(paymentId);
  return payment === undefined ? refuse('payment_unknown') : accept(toApprovalReply(payment));
}

function judge(
  ctx: PgContext,
  body: ApprovalBody,
  registration: PgRegistration | undefined,
  agreement: PgAgreement | undefined,
): Verdict {
  const code = judgeApproval(body, registration, agreement, ctx.scheduler.nowMs());
  if (code !== null) return { kind: 'decline', code };
  if (body.cardBox === null || registration === undefined) return { kind: 'cash' };
  const opened = openCardBox(Buffer.from(body.cardBox, 'base64url'), body.couponId, ctx.keys.cardBoxKeys);
  return opened.ok ? { kind: 'card', card: opened.value, registration } : { kind: 'decline', code: opened.code };
}

function toOrder(body: ApprovalBody, agreement: PgAgreement | undefined): PgOrder {
  const { couponId, registrationId, merchantId, merchantName, offerId, tender, split, businessDate } = body;
  const contractVersion = agreement?.version ?? null;
  return { couponId, registrationId, merchantId, merchantName, offerId, tender, split, businessDate, contractVersion };
}

async function firstStep(
  ctx: PgContext,
  paymentId: PaymentId,
  order: PgOrder,
  bodySha256: string,
  verdict: Verdict,
): Promise<PgPaymentStep> {
  if (verdict.kind === 'decline')
    return makePayment(paymentId, order, bodySha256, { state: 'declined', code: verdict.code });
  if (verdict.kind === 'card') return makePayment(paymentId, order, bodySha256, { state: 'authorising' });
  const approval = await signApproval(ctx, paymentId, order, {
    approvalNumber: makeApprovalNumber(ctx),
    approvedAtMs: ctx.scheduler.nowMs(),
    cardLast4: null,
  });
  return makePayment(paymentId, order, bodySha256, { state: 'approved', approval });
}

function makeApprovalNumber(ctx: PgContext): string {
  const draw = Buffer.from(ctx.randomBytes(6)).readUIntBE(0, 6);
  return String(draw % 100_000_000).padStart(8, '0');
}

/** Undefined: the payment id is known. A date closed meanwhile makes it a declined payment. */
async function addPayment(ctx: PgContext, step: PgPaymentStep): Promise<PgPayment | undefined> {
  const { store, scheduler } = ctx;
  const { payment } = step;
  try {
    return (await store.addPayment(payment, await proveStep(ctx, step, null), scheduler.nowMs())) ? payment : undefined;
  } catch (error) {
    if (!(error instanceof ScanPayError && error.code === 'date_closed')) throw error;
    const start = { state: 'declined', code: 'date_closed' } as const;
    const declined = makePayment(payment.paymentId, orderOf(payment), payment.bodySha256 ?? '', start);
    const isNew = await store.addPayment(declined.payment, declined.booking, scheduler.nowMs());
    return isNew ? declined.payment : undefined;
  }
}

/** Asks the card company, once. The card number goes no further than this call. */
async function authorise(
  ctx: PgContext,
  payment: PgPayment,
  { card, registration }: { card: Card; registration: PgRegistration },
  expiresAtMs: number,
): Promise<PgPayment> {
  const { paymentId } = payment;
  const order = orderOf(payment);
  const answer = await knownOutcome(
    ctx.card.authorise({
      paymentId,
      cardNumber: card.number,
      expiry: formatExpiry(card.expiry),
      amountWon: order.split.chargedWon,
      merchantId: order.merchantId,
      merchantName: order.merchantName,
      noticeMobile: registration.mobile,
      businessDate: order.businessDate,
      expiresAtMs,
    }),
  );
  const settled = await advancePayment(ctx, payment, await toInput(ctx, { paymentId, order }, answer));
  if (settled.state !== 'reversing') return settled;
  await resolvePayment(ctx, paymentId);
  return readPayment(ctx, paymentId);
}

function toInput(
  ctx: PgContext,
  payment: { paymentId: PaymentId; order: PgOrder },
  answer: Awaited<ReturnType<PgContext['card']['authorise']>> | undefined,
) {
  if (answer === undefined) return inquireOutcome(ctx, payment);
  return answer.ok ? toPaymentInput(ctx, payment, answer.value) : refusalToInput(answer.code);
}

/** MM/YY. */
function formatExpiry({ month, year }: CardExpiry): string {
  return `${String(month).padStart(2, '0')}/${String(year % 100).padStart(2, '0')}`;
}

function answerRepeat(payment: PgPayment, bodySha256: string): Result<ApprovalReply> {
  if (payment.order === null) return accept({ outcome: 'declined', code: 'payment_reversed' });
  if (payment.bodySha256 !== bodySha256) return refuse('payment_id_conflict');
  return accept(toApprovalReply(payment));
}

/** What the operator is told of a payment. A cancel does not change it: the payment was approved. */
function toApprovalReply(payment: PgPayment): ApprovalReply {
  if (payment.state === 'reversed') return { outcome: 'reversed' };
  if (payment.state === 'declined') return { outcome: 'declined', code: payment.declineCode ?? 'internal' };
  if (payment.state !== 'approved' || payment.approval === null) return { outcome: 'processing' };
  return { outcome: 'approved', ...payment.approval };
}
