import type { BoxView } from '@scanpay/shared/api/box.ts';
import type { CashReceiptView } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import { errorTable } from '@scanpay/shared/errors.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import { describePrinter } from '../core/printer/printer-words.ts';
import type { Merchant } from '../core/receipts/make-receipt.ts';
import { maxWaitingReceipts } from '../core/receipts/queue-receipt.ts';
import { countOpen, waitingRedemptions } from '../core/terminal/parts.ts';
import { limitsOffline, sumWaiting, whyNoRedemption } from '../core/terminal/redeem.ts';
import type { TerminalLimits, TerminalState } from '../core/terminal/state.ts';
import { lightOf, viewCounter } from '../core/terminal/view.ts';
import type { Journal, RefusedRedemption } from '../ports/journal.ts';
import type { Light } from '../ports/light.ts';
import { lightPatterns } from '../ports/light-patterns.ts';
import type { PrinterStatus } from '../ports/printer.ts';
import type { ReceiptSync } from './receipt-sync.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** Refused redemptions stay on the page for two days. */
const showRefusedMs = 48 * 3_600_000;
const maxRefusedShown = 20;

interface Seen {
  deviceId: DeviceId;
  merchant: Merchant;
  limits: TerminalLimits;
  journal: Journal;
  clock: TrustedClock;
  state: TerminalState;
  light: Light;
  printer: PrinterStatus;
  receiptSync: Pick<ReceiptSync, 'isAvailable'>;
}

/** The whole of the counter page. */
export function viewBox(seen: Seen): Omit<BoxView, 'camera'> {
  const { deviceId, merchant, journal, clock, state, printer, light } = seen;
  const pattern = lightOf(state);
  const receiptsWaiting = journal.countWaitingReceipts();
  const isFull = receiptsWaiting >= maxWaitingReceipts;
  const printerWords = describePrinter(printer, { count: receiptsWaiting, isFull });
  return {
    deviceId,
    merchantName: merchant.name,
    nowMs: clock.nowMs(),
    light: pattern,
    lightMeaning: lightPatterns[pattern].meaning,
    lamp: light.state(),
    linkUp: state.linkUp,
    clockTrusted: state.clockTrusted,
    scannerReady: state.scannerReady,
    printer: printer.kind,
    printerFaults: printer.kind === 'fault' ? printer.faults : [],
    printerState: printerWords.name,
    printerAdvice: printerWords.advice,
    openCount: countOpen(state),
    receiptsWaiting,
    offline: viewOffline(seen),
    clock: clock.view(),
    takesCashReceipts: seen.receiptSync.isAvailable(),
    counter: viewCounterNow(seen),
  };
}

/** The counter, with what became of the cash receipt since. */
function viewCounterNow({ state, journal }: Seen): BoxView['counter'] {
  const view = viewCounter(state.counter);
  if (view.paymentId === null || (view.kind !== 'approved' && view.kind !== 'cancelled')) return view;
  const approval = view.approval ?? journal.findPayment(view.paymentId)?.approval ?? null;
  return { ...view, cashReceipt: viewCashReceipt(journal, view.paymentId, approval) };
}

/** Null: none was asked for. */
export function viewCashReceipt(
  journal: Journal,
  paymentId: PaymentId,
  approval: Approval | null,
): CashReceiptView | null {
  const note = approval?.cashReceipt;
  return note === undefined ? null : { ...note, orders: journal.receiptOrders(paymentId) };
}

function viewOffline({ state, limits, journal, clock }: Seen): BoxView['offline'] {
  const nowMs = clock.nowMs();
  const { terms } = state;
  const waitingCount = waitingRedemptions(state).length;
  const waitingWon = sumWaiting(state);
  const bounds = terms === null ? { maxCount: 0, maxTotalWon: 0 } : limitsOffline(terms, limits);
  return {
    whyNot: state.clockTrusted ? (whyNoRedemption(state, nowMs, limits) ?? null) : 'clock_untrusted',
    waitingCount,
    waitingWon,
    leftCount: Math.max(0, bounds.maxCount - waitingCount),
    leftWon: won(Math.max(0, bounds.maxTotalWon - waitingWon)),
    untilMs: terms?.validUntilMs ?? null,
    refused: journal.refusedRedemptions(nowMs - showRefusedMs, maxRefusedShown).map(viewRefused),
  };
}

function viewRefused({ payment }: RefusedRedemption): BoxView['offline']['refused'][number] {
  const { paymentId, declineCode, request, openedAtMs } = payment;
  const code = declineCode ?? 'internal';
  const { ko, en } = errorTable[code];
  const chargedWon = request.offline?.chargedWon ?? won(0);
  return { paymentId, code, reason: { ko, en }, chargedWon, redeemedAtMs: request.offline?.redeemedAtMs ?? openedAtMs };
}
