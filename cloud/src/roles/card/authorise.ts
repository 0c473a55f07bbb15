import { createHmac } from 'node:crypto';
import type { AuthorisationBody, AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { CancellationBody, CancellationReply, ReversalBody } from '@scanpay/shared/api/pg.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import {
  agreedFee,
  cancelCardPayment,
  judgeAuthorisation,
  makeCardPayment,
  makeCardTombstone,
  reverseCardPayment,
  toAuthorisationReply,
  toCardCancelReply,
} from '../../core/approve/card-payment.ts';
import type { CardCancel, CardCharge, CardPayment } from '../../ports/card-store.ts';
import type { CardDeps } from './card-context.ts';

/** How often a change may be overtaken by another before something must be wrong. */
const maxOvertaken = 8;
const nothing = { entry: null, notice: null };

/**
 * S10 and S11 in one transaction: the decision, the booking and the notice to be sent. Idempotent on the payment id;
 * `payment_id_conflict` for another request under it. The card number goes no further than its keyed hash.
 */
export async function authorise(deps: CardDeps, body: AuthorisationBody): Promise<Result<AuthorisationReply>> {
  const { store, scheduler, config } = deps;
  const { paymentId } = body;
  const nowMs = scheduler.nowMs();
  const request = {
    paymentId,
    requestHmac: keyedHash(deps, 'request', canonicalJson(body)),
    charge: toCharge(deps, body),
  };
  const code = judgeAuthorisation(body, config.rules, nowMs);
  const fee = agreedFee(body, config.rules);
  const start =
    code !== null || fee === undefined
      ? { declineCode: code ?? 'fee_mismatch' }
      : { approvalNumber: makeApprovalNumber(deps), approvedAtMs: nowMs, ...fee };
  const payment = await addPayment(deps, request, start, nowMs);
  if (payment !== undefined) return accept(toAuthorisationReply(payment));
  const known = await store.findPayment(paymentId);
  if (known === undefined) return refuse('internal');
  if (known.charge === null) return accept({ outcome: 'declined', code: 'payment_reversed' });
  if (known.requestHmac !== request.requestHmac) return refuse('payment_id_conflict');
  return accept(toAuthorisationReply(known));
}

/** Refuses with `payment_unknown`. */
export async function inquire(deps: CardDeps, paymentId: PaymentId): Promise<Result<AuthorisationReply>> {
  const payment = await deps.store.findPayment(paymentId);
  return payment === undefined ? refuse('payment_unknown') : accept(toAuthorisationReply(payment));
}

/**
 * 망취소; idempotent. A payment never seen leaves a tombstone. Refuses with `payment_state` for one of which anything was given back.
 * @throws ScanPayError `date_closed`
 */
export async function reverse(deps: CardDeps, { paymentId, businessDate }: ReversalBody): Promise<Result<void>> {
  const { store, scheduler, config } = deps;
  for (let round = 0; round < maxOvertaken; round += 1) {
    const nowMs = scheduler.nowMs();
    const payment = await store.findPayment(paymentId);
    if (payment === undefined) {
      if (await store.addPayment(makeCardTombstone(paymentId), nothing, nowMs)) return accept(undefined);
      continue;
    }
    if (payment.refunded.refundCount > 0) return refuse('payment_state', 'the payment was cancelled');
    const step = reverseCardPayment(payment, businessDate, nowMs, config.rules);
    if (step === undefined || (await store.savePayment(step.payment, step.booking, nowMs))) return accept(undefined);
  }
  throw new ScanPayError('internal', `payment ${paymentId} keeps changing`);
}

/**
 * Gives an approved payment back, whole or in part. Idempotent on the cancel id; another body under it is `payment_id_conflict`.
 * @throws ScanPayError `date_closed`
 */
export async function cancel(deps: CardDeps, body: CancellationBody): Promise<Result<CancellationReply>> {
  const { store, scheduler, config } = deps;
  for (let round = 0; round < maxOvertaken; round += 1) {
    const known = await store.findCancel(body.cancelId);
    if (known !== undefined)
      return isSame(known, body) ? accept(toCardCancelReply(known)) : refuse('payment_id_conflict');
    const nowMs = scheduler.nowMs();
    const step = cancelCardPayment(await store.findPayment(body.paymentId), body, nowMs, config.rules);
    if (await store.addCancel(step.cancel, step.payment, step.booking, nowMs)) {
      return accept(toCardCancelReply(step.cancel));
    }
  }
  throw new ScanPayError('internal', `payment ${body.paymentId} keeps changing`);
}

/** Undefined: the payment id is known. A closed business date makes it a declined payment. */
async function addPayment(
  { store, config }: CardDeps,
  request: Parameters<typeof makeCardPayment>[0],
  start: Parameters<typeof makeCardPayment>[1],
  nowMs: number,
): Promise<CardPayment | undefined> {
  const step = makeCardPayment(request, start, config.rules);
  try {
    return (await store.addPayment(step.payment, step.booking, nowMs)) ? step.payment : undefined;
  } catch (error) {
    if (!(error instanceof ScanPayError && error.code === 'date_closed')) throw error;
    const declined = makeCardPayment(request, { declineCode: 'date_closed' }, config.rules);
    return (await store.addPayment(declined.payment, declined.booking, nowMs)) ? declined.payment : undefined;
  }
}

function toCharge(deps: CardDeps, body: AuthorisationBody): CardCharge {
  const { cardNumber, amountWon, merchantName, noticeMobile, businessDate } = body;
  const cardToken = keyedHash(deps, 'card', cardNumber);
  return { cardToken, cardLast4: cardNumber.slice(-4), amountWon, merchantName, noticeMobile, businessDate };
}

function keyedHash({ tokenKey }: CardDeps, use: 'card' | 'request', text: string): string {
  return createHmac('sha256', tokenKey).update(`${use} ${text}`).digest('base64url');
}

function makeApprovalNumber({ randomBytes }: CardDeps): string {
  const draw = Buffer.from(randomBytes(6)).readUIntBE(0, 6);
  return String(draw % 100_000_000).padStart(8, '0');
}

function isSame(known: CardCancel, body: CancellationBody): boolean {
  const { paymentId, amountWon, businessDate } = body;
  return known.paymentId === paymentId && known.amountWon === amountWon && known.businessDate === businessDate;
}
