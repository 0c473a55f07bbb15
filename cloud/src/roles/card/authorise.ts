import { createHmac } from 'node:crypto';
import type { AuthorisationBody, AuthorisationReply } from '@scanpay/shared/api/card.ts';
import type { CancellationBody, CancellationReply, ReversalBody, ReversalReply } from '@scanpay/shared/api/pg.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { SaleBasis } from '@scanpay/shared/settlement/booking-evidence.ts';
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
import type { CardApproval, CardBooking, CardCancel, CardCharge, CardPayment } from '../../ports/card-store.ts';
import type { EvidenceKey } from '../../ports/ledger.ts';
import { proveBooking } from '../common/prove-booking.ts';
import type { CardDeps } from './card-context.ts';

/** How often a change may be overtaken by another before something must be wrong. */
const maxOvertaken = 8;
const nothing = { entry: null, notice: null };

/**
 * S10 and S11 in one transaction: the decision, the booking and the notice to be sent. Idempotent on the payment id;
 * `payment_id_conflict` for another request under it. The card number goes no further than its keyed hash.
 */
export async function authorise(deps: CardDeps, body: AuthorisationBody): Promise<Result<AuthorisationReply>> {
  const decided = await decide(deps, body);
  return decided.ok ? accept(await proveAuthorisation(deps, decided.value)) : decided;
}

async function decide(deps: CardDeps, body: AuthorisationBody): Promise<Result<CardPayment | 'reversed-before'>> {
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
  if (payment !== undefined) return accept(payment);
  const known = await store.findPayment(paymentId);
  if (known === undefined) return refuse('internal');
  if (known.charge === null) return accept('reversed-before');
  return known.requestHmac === request.requestHmac ? accept(known) : refuse('payment_id_conflict');
}

async function proveAuthorisation(
  deps: CardDeps,
  payment: CardPayment | 'reversed-before',
): Promise<AuthorisationReply> {
  if (payment === 'reversed-before') return { outcome: 'declined', code: 'payment_reversed' };
  const reply = toAuthorisationReply(payment);
  if (reply.outcome !== 'approved') return reply;
  const { paymentId } = payment;
  return { ...reply, evidenceJws: await readEvidence(deps, { kind: 'sale', paymentId, cancelId: null }) };
}

/** @throws ScanPayError `internal` when nothing was kept of it. */
async function readEvidence({ store }: CardDeps, key: EvidenceKey): Promise<string> {
  const evidenceJws = await store.findEvidence(key);
  if (evidenceJws === undefined) throw new ScanPayError('internal', `${key.paymentId}: no evidence of a ${key.kind}`);
  return evidenceJws;
}

/** Refuses with `payment_unknown`. */
export async function inquire(deps: CardDeps, paymentId: PaymentId): Promise<Result<AuthorisationReply>> {
  const payment = await deps.store.findPayment(paymentId);
  return payment === undefined ? refuse('payment_unknown') : accept(await proveAuthorisation(deps, payment));
}

/**
 * 망취소; idempotent. A payment never seen leaves a tombstone. Refuses with `payment_state` for one of which anything was given back.
 * @throws ScanPayError `date_closed`
 */
export async function reverse(deps: CardDeps, body: ReversalBody): Promise<Result<ReversalReply>> {
  const undone = await undo(deps, body);
  if (!undone.ok) return undone;
  const { paymentId } = body;
  const evidenceJws = await deps.store.findEvidence({ kind: 'reversal', paymentId, cancelId: null });
  return accept({ outcome: 'reversed', evidenceJws: evidenceJws ?? null });
}

async function undo(deps: CardDeps, { paymentId, businessDate }: ReversalBody): Promise<Result<void>> {
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
    if (step === undefined) return accept(undefined);
    if (await store.savePayment(step.payment, await prove(deps, step.booking, null), nowMs)) return accept(undefined);
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
      return isSame(known, body) ? accept(await proveCancel(deps, known)) : refuse('payment_id_conflict');
    const nowMs = scheduler.nowMs();
    const step = cancelCardPayment(await store.findPayment(body.paymentId), body, nowMs, config.rules);
    if (await store.addCancel(step.cancel, step.payment, await prove(deps, step.booking, null), nowMs)) {
      return accept(await proveCancel(deps, step.cancel));
    }
  }
  throw new ScanPayError('internal', `payment ${body.paymentId} keeps changing`);
}

async function proveCancel(deps: CardDeps, cancel: CardCancel): Promise<CancellationReply> {
  const reply = toCardCancelReply(cancel);
  if (reply.outcome !== 'cancelled') return reply;
  const { paymentId, cancelId } = cancel;
  return { ...reply, evidenceJws: await readEvidence(deps, { kind: 'cancel', paymentId, cancelId }) };
}

async function prove(deps: CardDeps, booking: CardBooking, sale: SaleBasis | null): Promise<CardBooking> {
  const { entry } = booking;
  if (entry === null) return booking;
  return { ...booking, entry: await proveBooking({ company: 'card', signer: deps.signer }, entry, sale) };
}

/** Undefined: the payment id is known. A closed business date makes it a declined payment. */
async function addPayment(
  deps: CardDeps,
  request: Parameters<typeof makeCardPayment>[0],
  start: Parameters<typeof makeCardPayment>[1],
  nowMs: number,
): Promise<CardPayment | undefined> {
  const { store, config } = deps;
  const step = makeCardPayment(request, start, config.rules);
  const booking = await prove(deps, step.booking, 'declineCode' in start ? null : toBasis(request.charge, start));
  try {
    return (await store.addPayment(step.payment, booking, nowMs)) ? step.payment : undefined;
  } catch (error) {
    if (!(error instanceof ScanPayError && error.code === 'date_closed')) throw error;
    const declined = makeCardPayment(request, { declineCode: 'date_closed' }, config.rules);
    return (await store.addPayment(declined.payment, declined.booking, nowMs)) ? declined.payment : undefined;
  }
}

const toBasis = ({ cardLast4 }: CardCharge, { approvalNumber, contractVersion }: CardApproval): SaleBasis => ({
  approvalNumber,
  cardLast4,
  couponId: null,
  offerId: null,
  contractVersion,
});

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
