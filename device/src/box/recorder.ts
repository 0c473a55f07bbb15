import { businessDateAt, type Clock, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CancelId, DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import {
  type Merchant,
  makeCancelReceipt,
  makeOfflineReceipt,
  makeReceiptNo,
  makeRefusedReceipt,
  makeSaleReceipt,
  type SlipContext,
} from '../core/receipts/make-receipt.ts';
import { queueReceipt } from '../core/receipts/queue-receipt.ts';
import { taxOfRefund } from '../core/receipts/slip-tax.ts';
import type { TerminalEffect } from '../core/terminal/state.ts';
import type { Journal, JournalChange, OpenCancel, OpenPayment } from '../ports/journal.ts';
import type { Mailroom } from './mailroom.ts';

type RecordEffect = Extract<TerminalEffect, { do: 'record' }>;
type EffectOf<W extends RecordEffect['what']> = Extract<RecordEffect, { what: W }>;

interface RecorderDeps {
  deviceId: DeviceId;
  merchant: Merchant;
  journal: Journal;
  mailroom: Mailroom;
  clock: Clock;
  /** What the operator wants printed on every slip. */
  slipLines?: () => SlipContext['lines'];
}

interface Context extends RecorderDeps {
  /** What the journal holds open, with its signed texts. */
  payments: Map<string, OpenPayment>;
  cancels: Map<string, OpenCancel>;
}

/**
 * Turns what the terminal decided into journal changes, signing what will be sent, and keeps the signed texts of open
 * payments at hand. A receipt is queued in the same commit as the approval it belongs to (DESIGN §8.6).
 */
export function createRecorder(deps: RecorderDeps) {
  const context: Context = {
    ...deps,
    payments: new Map(deps.journal.openPayments().map((each) => [each.paymentId, each])),
    cancels: new Map(deps.journal.openCancels().map((each) => [each.cancelId, each])),
  };
  return {
    slip: (atMs: number): SlipContext => makeSlip(context, atMs),
    payment: (paymentId: string) => context.payments.get(paymentId),
    cancel: (cancelId: string) => context.cancels.get(cancelId),
    /** Changes in the order of the effects; the caller commits them in one transaction. */
    toChanges: (effect: RecordEffect): Promise<JournalChange[]> => toChanges(context, effect),
  };
}

export type Recorder = ReturnType<typeof createRecorder>;

async function toChanges(context: Context, effect: RecordEffect): Promise<JournalChange[]> {
  switch (effect.what) {
    case 'open-payment':
      return openPayment(context, effect, 'sent');
    case 'redeem':
      return redeem(context, effect);
    case 'recheck': {
      const { paymentId, fields: recheckFields } = effect;
      return setPhase(context, { paymentId, phase: 'recheck', recheckFields });
    }
    case 'confirm':
      return confirm(context, effect);
    case 'phase':
      return setPhase(context, { paymentId: effect.paymentId, phase: effect.phase });
    case 'close-payment':
      return closePayment(context, effect);
    case 'open-cancel':
      return openCancel(context, effect);
    case 'close-cancel':
      return closeCancel(context, effect);
  }
}

function makeSlip({ deviceId, merchant, journal, slipLines }: Context, atMs: number): SlipContext {
  const printedToday = journal.countReceiptsSince(startOfBusinessDateMs(businessDateAt(atMs)));
  return { deviceId, merchant, receiptNo: makeReceiptNo(atMs, printedToday), lines: slipLines?.() };
}

function requireOpen({ payments }: Context, paymentId: string): OpenPayment {
  const open = payments.get(paymentId);
  if (open === undefined) throw new ScanPayError('internal', `payment ${paymentId} is not open`);
  return open;
}

type PhaseChange = Omit<Extract<JournalChange, { op: 'set-phase' }>, 'op'>;

function setPhase(context: Context, change: PhaseChange): JournalChange[] {
  context.payments.set(change.paymentId, { ...requireOpen(context, change.paymentId), ...change });
  return [{ op: 'set-phase', ...change }];
}

async function openPayment(
  context: Context,
  { paymentId, request, barcode }: Pick<EffectOf<'open-payment'>, 'paymentId' | 'request' | 'barcode'>,
  phase: 'sent' | 'redeemed',
): Promise<JournalChange[]> {
  const { jws: requestJws } = await context.mailroom.sign({ type: 'payment.request', ...request });
  const payment: OpenPayment = {
    paymentId,
    phase,
    request,
    requestJws,
    confirmJws: null,
    barcode,
    recheckFields: [],
    openedAtMs: context.clock.nowMs(),
  };
  context.payments.set(paymentId, payment);
  return [{ op: 'open-payment', payment }];
}

async function confirm(context: Context, effect: EffectOf<'confirm'>): Promise<JournalChange[]> {
  const { paymentId, confirmed, expiresAtMs } = effect;
  const requestSha256 = sha256Base64Url(requireOpen(context, paymentId).requestJws);
  const draft = { type: 'payment.confirm', paymentId, requestSha256, confirmed, expiresAtMs } as const;
  const { jws: confirmJws } = await context.mailroom.sign(draft);
  return setPhase(context, { paymentId, phase: 'confirming', confirmJws });
}

/** The customer's slip is queued with the redemption: both or neither. */
async function redeem(context: Context, effect: EffectOf<'redeem'>): Promise<JournalChange[]> {
  const { paymentId, redemption } = effect;
  const opened = await openPayment(context, effect, 'redeemed');
  const atMs = context.clock.nowMs();
  const receipt = makeOfflineReceipt(makeSlip(context, atMs), paymentId, redemption, effect.request.cashReceipt);
  return [...opened, queueReceipt(receipt, atMs, context.journal.countWaitingReceipts())];
}

function closePayment(context: Context, effect: EffectOf<'close-payment'>): JournalChange[] {
  const { paymentId, outcome, request } = effect;
  context.payments.delete(paymentId);
  const atMs = context.clock.nowMs();
  const close: JournalChange = { op: 'close-payment', paymentId, outcome, atMs };
  if (outcome.kind === 'approved') {
    const receipt = makeSaleReceipt(makeSlip(context, atMs), paymentId, outcome.approval);
    // The customer of an offline redemption has a slip, and is gone: this one is for the shop, if it wants it.
    const asked = askReceipt(paymentId, outcome.approval, null, outcome.approval.split.chargedWon);
    if (request.offline !== undefined) return [close, { op: 'queue-receipt', receipt, atMs, state: 'kept' }, ...asked];
    return [close, queueReceipt(receipt, atMs, context.journal.countWaitingReceipts()), ...asked];
  }
  if (outcome.kind !== 'declined' || request.offline === undefined) return [close];
  const { offline, listAmountWon, headcount } = request;
  const offer = context.journal.terms()?.terms.offers.find(({ offerId }) => offerId === offline.offerId);
  const offerTitle = offer?.title ?? { ko: offline.offerId, en: offline.offerId };
  const tax = splitTax(offline.chargedWon, offer ?? {});
  const redemption = { ...offline, offerTitle, listAmountWon, headcount, tax };
  const refusal = { code: outcome.code, refusedAtMs: atMs };
  const receipt = makeRefusedReceipt(makeSlip(context, atMs), paymentId, redemption, refusal);
  return [close, queueReceipt(receipt, atMs, context.journal.countWaitingReceipts())];
}

/**
 * The operator issues a cash receipt, or cancels so much of it: under way until it says what became of it. The time of 0
 * makes this the oldest word there can be, for the operator's own may have come first.
 */
function askReceipt(
  paymentId: PaymentId,
  approval: Approval,
  cancelId: CancelId | null,
  amountWon: Won,
): JournalChange[] {
  if (approval.cashReceipt === undefined) return [];
  const unknown = { approvalNumber: null, approvedOn: null, code: null, changedAtMs: 0 };
  const kind = cancelId === null ? 'issue' : 'cancel';
  return [{ op: 'put-receipt-order', paymentId, order: { kind, cancelId, amountWon, state: 'requested', ...unknown } }];
}

async function openCancel(context: Context, effect: EffectOf<'open-cancel'>): Promise<JournalChange[]> {
  const { cancelId, paymentId, amountWon } = effect;
  const { merchantId } = context.merchant;
  const draft = { type: 'payment.cancel', cancelId, paymentId, merchantId, amountWon } as const;
  const { jws: cancelJws } = await context.mailroom.sign(draft);
  const cancel: OpenCancel = { cancelId, paymentId, amountWon, cancelJws, openedAtMs: context.clock.nowMs() };
  context.cancels.set(cancelId, cancel);
  return [{ op: 'open-cancel', cancel }];
}

function closeCancel(context: Context, effect: EffectOf<'close-cancel'>): JournalChange[] {
  const { cancelId, paymentId, amountWon, outcome } = effect;
  context.cancels.delete(cancelId);
  const atMs = context.clock.nowMs();
  const close: JournalChange = { op: 'close-cancel', cancelId, outcome, atMs };
  const payment = context.journal.findPayment(paymentId);
  if (outcome.kind !== 'cancelled' || !payment?.approval) return [close];
  const { refundedWon: refundedBeforeWon } = payment.refunded;
  const tax = taxOfRefund(outcome, { amountWon, refundedBeforeWon }, payment.approval);
  const cancel = { cancelId, paymentId, amountWon, refundedBeforeWon, cancelledAtMs: outcome.cancelledAtMs, tax };
  const receipt = makeCancelReceipt(makeSlip(context, atMs), cancel, payment.approval);
  const asked = askReceipt(paymentId, payment.approval, cancelId, amountWon);
  return [close, queueReceipt(receipt, atMs, context.journal.countWaitingReceipts()), ...asked];
}
