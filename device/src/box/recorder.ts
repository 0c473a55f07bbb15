import { businessDateAt, type Clock, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { type Merchant, makeCancelReceipt, makeReceiptNo, makeSaleReceipt } from '../core/receipts/make-receipt.ts';
import type { TerminalEffect } from '../core/terminal/state.ts';
import type { Journal, JournalChange, OpenCancel, OpenPayment } from '../ports/journal.ts';
import type { Mailroom } from './mailroom.ts';

type RecordEffect = Extract<TerminalEffect, { do: 'record' }>;

/**
 * Turns what the terminal decided into journal changes, signing what will be sent, and keeps the signed texts of open
 * payments at hand. A receipt is queued in the same commit as the approval it belongs to (DESIGN §8.6).
 */
export function createRecorder(deps: {
  deviceId: DeviceId;
  merchant: Merchant;
  journal: Journal;
  mailroom: Mailroom;
  clock: Clock;
}) {
  const { deviceId, merchant, journal, mailroom, clock } = deps;
  const payments = new Map<string, OpenPayment>(journal.openPayments().map((each) => [each.paymentId, each]));
  const cancels = new Map<string, OpenCancel>(journal.openCancels().map((each) => [each.cancelId, each]));

  const slip = (atMs: number) => {
    const printedToday = journal.countReceiptsSince(startOfBusinessDateMs(businessDateAt(atMs)));
    return { deviceId, merchant, receiptNo: makeReceiptNo(atMs, printedToday) };
  };
  const requireOpen = (paymentId: string): OpenPayment => {
    const open = payments.get(paymentId);
    if (open === undefined) throw new ScanPayError('internal', `payment ${paymentId} is not open`);
    return open;
  };
  const openPayment = async (effect: Extract<RecordEffect, { what: 'open-payment' }>): Promise<JournalChange[]> => {
    const { paymentId, request, barcode } = effect;
    const { jws: requestJws } = await mailroom.sign({ type: 'payment.request', ...request });
    const openedAtMs = clock.nowMs();
    const payment: OpenPayment = {
      paymentId,
      phase: 'sent',
      request,
      requestJws,
      confirmJws: null,
      barcode,
      recheckFields: [],
      openedAtMs,
    };
    payments.set(paymentId, payment);
    return [{ op: 'open-payment', payment }];
  };
  const confirm = async (effect: Extract<RecordEffect, { what: 'confirm' }>): Promise<JournalChange[]> => {
    const { paymentId, confirmed, expiresAtMs } = effect;
    const open = requireOpen(paymentId);
    const requestSha256 = sha256Base64Url(open.requestJws);
    const draft = { type: 'payment.confirm', paymentId, requestSha256, confirmed, expiresAtMs } as const;
    const { jws: confirmJws } = await mailroom.sign(draft);
    payments.set(paymentId, { ...open, phase: 'confirming', confirmJws });
    return [{ op: 'set-phase', paymentId, phase: 'confirming', confirmJws }];
  };
  const closePayment = (effect: Extract<RecordEffect, { what: 'close-payment' }>): JournalChange[] => {
    const { paymentId, outcome } = effect;
    payments.delete(paymentId);
    const atMs = clock.nowMs();
    const close: JournalChange = { op: 'close-payment', paymentId, outcome, atMs };
    if (outcome.kind !== 'approved') return [close];
    return [close, { op: 'queue-receipt', receipt: makeSaleReceipt(slip(atMs), paymentId, outcome.approval), atMs }];
  };
  const openCancel = async (effect: Extract<RecordEffect, { what: 'open-cancel' }>): Promise<JournalChange[]> => {
    const { cancelId, paymentId, amountWon } = effect;
    const { merchantId } = merchant;
    const draft = { type: 'payment.cancel', cancelId, paymentId, merchantId, amountWon } as const;
    const { jws: cancelJws } = await mailroom.sign(draft);
    const cancel: OpenCancel = { cancelId, paymentId, amountWon, cancelJws, openedAtMs: clock.nowMs() };
    cancels.set(cancelId, cancel);
    return [{ op: 'open-cancel', cancel }];
  };
  const closeCancel = (effect: Extract<RecordEffect, { what: 'close-cancel' }>): JournalChange[] => {
    const { cancelId, paymentId, outcome } = effect;
    cancels.delete(cancelId);
    const atMs = clock.nowMs();
    const close: JournalChange = { op: 'close-cancel', cancelId, outcome, atMs };
    const approval = journal.findPayment(paymentId)?.approval;
    if (outcome.kind !== 'cancelled' || !approval) return [close];
    const cancel = { cancelId, paymentId, cancelledAtMs: outcome.cancelledAtMs };
    return [close, { op: 'queue-receipt', receipt: makeCancelReceipt(slip(atMs), cancel, approval), atMs }];
  };
  return {
    slip,
    payment: (paymentId: string) => payments.get(paymentId),
    cancel: (cancelId: string) => cancels.get(cancelId),
    /** Changes in the order of the effects; the caller commits them in one transaction. */
    async toChanges(effect: RecordEffect): Promise<JournalChange[]> {
      switch (effect.what) {
        case 'open-payment':
          return openPayment(effect);
        case 'recheck': {
          const { paymentId, fields } = effect;
          payments.set(paymentId, { ...requireOpen(paymentId), phase: 'recheck', recheckFields: fields });
          return [{ op: 'set-phase', paymentId, phase: 'recheck', recheckFields: fields }];
        }
        case 'confirm':
          return confirm(effect);
        case 'phase': {
          const { paymentId, phase } = effect;
          payments.set(paymentId, { ...requireOpen(paymentId), phase });
          return [{ op: 'set-phase', paymentId, phase }];
        }
        case 'close-payment':
          return closePayment(effect);
        case 'open-cancel':
          return openCancel(effect);
        case 'close-cancel':
          return closeCancel(effect);
      }
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
