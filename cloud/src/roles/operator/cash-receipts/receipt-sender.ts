import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import { decideOrder } from '../../../core/cash-receipt/decide-order.ts';
import { makeReceiptDetails } from '../../../core/cash-receipt/receipt-details.ts';
import type { Merchants } from '../../../core/verify/merchants.ts';
import type { CashReceiptIssuer } from '../../../ports/cash-receipt-issuer.ts';
import type { ReceiptEnd, ReceiptOrder } from '../../../ports/cash-receipt-store.ts';
import type { Log } from '../../../ports/log.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { withinDeadline } from '../../common/deadline.ts';
import type { OperatorLimits } from '../operator-limits.ts';
import type { ReceiptDesk } from './receipt-desk.ts';

/** Brings queued cash receipts to the issuer, and what became of them to the boxes. */
export interface ReceiptSender {
  /** Takes up what a crash left behind, and from then on what is queued. */
  start(): void;
  /** Something was queued. */
  wake(): void;
  /** Lets the calls under way end. */
  stop(): Promise<void>;
}

/** Orders taken up at once. */
const batchSize = 20;

export interface ReceiptSenderDeps {
  store: OperatorStore;
  issuer: CashReceiptIssuer;
  desk: ReceiptDesk;
  merchants: Merchants;
  scheduler: Scheduler;
  limits: Pick<OperatorLimits, 'receiptDeadlineMs' | 'receiptTries' | 'receiptFirstPauseMs' | 'receiptLongestPauseMs'>;
  log: Log;
}

export function createReceiptSender(deps: ReceiptSenderDeps): ReceiptSender {
  const { store, scheduler, limits, log } = deps;
  let isStarted = false;
  let isStopped = false;
  let isWoken = false;
  let running: Promise<void> | undefined;
  let cancelTimer: () => void = noTimer;

  const run = async (): Promise<void> => {
    for (;;) {
      isWoken = false;
      const due = isStopped ? [] : await store.listDueReceipts(scheduler.nowMs(), batchSize);
      await Promise.all(due.map((order) => workOff(deps, order)));
      if (due.length === 0 && !isWoken) break;
    }
    const dueMs = await store.nextReceiptDueMs();
    if (dueMs !== undefined) plan(Math.max(1, dueMs - scheduler.nowMs()));
  };
  const plan = (delayMs: number): void => {
    cancelTimer();
    if (!isStopped) cancelTimer = scheduler.after(delayMs, begin);
  };
  const begin = (): void => {
    if (isStopped || running !== undefined) return;
    running = run()
      .catch((err: unknown) => {
        log.error({ err }, 'cash receipts cannot be worked off');
        plan(limits.receiptFirstPauseMs);
      })
      .finally(() => {
        running = undefined;
        if (isWoken && !isStopped) begin();
      });
  };
  return {
    start() {
      isStarted = true;
      begin();
    },
    wake() {
      isWoken = true;
      if (isStarted) begin();
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await running;
    },
  };
}

/** One step of one order; it never rejects for what the issuer does. */
async function workOff(deps: ReceiptSenderDeps, order: ReceiptOrder): Promise<void> {
  const { store, scheduler, limits } = deps;
  const { orderId } = order;
  const decision = decideOrder(order, await store.listReceiptOrders(order.paymentId));
  if (decision.do === 'drop') return end(deps, orderId, { state: 'dropped' });
  if (decision.do === 'wait') {
    return store.postponeReceipt(orderId, scheduler.nowMs() + pauseAfter(limits, decision.tries));
  }
  const payment = await store.findPayment(order.paymentId);
  const shop = deps.merchants.find(order.merchantId);
  if (payment === undefined || payment.terms === null || shop === undefined) {
    throw new ScanPayError('internal', `${orderId} has no payment, no terms or no shop`);
  }
  const identity = deps.desk.identityOf(order, payment.requestJws);
  if (!identity.ok) return end(deps, orderId, { state: 'failed', code: identity.code });
  const details = makeReceiptDetails(order, shop, payment.terms.tax, identity.value);
  const pauseMs = pauseAfter(limits, order.tries);
  await store.noteReceiptTry(orderId, scheduler.nowMs() + limits.receiptDeadlineMs + pauseMs, scheduler.nowMs());
  const { issuer } = deps;
  const calling = decision.do === 'issue' ? issuer.issue(details) : issuer.cancel(details, decision.original);
  const answer = await withinDeadline(scheduler, calling, limits.receiptDeadlineMs).catch((err: unknown) => {
    deps.log.warn({ err, orderId, tries: order.tries + 1 }, 'no word on a cash receipt');
    return undefined;
  });
  if (answer === undefined) return tryLater(deps, order, pauseMs);
  return end(deps, orderId, answer.ok ? { state: 'issued', ...answer.value } : failedWith(answer.code));
}

const pauseAfter = (
  { receiptFirstPauseMs, receiptLongestPauseMs }: ReceiptSenderDeps['limits'],
  tries: number,
): number => Math.min(receiptLongestPauseMs, receiptFirstPauseMs * 2 ** Math.min(tries, 30));

const failedWith = (code: ErrorCode): ReceiptEnd => ({ state: 'failed', code });

async function tryLater(deps: ReceiptSenderDeps, order: ReceiptOrder, pauseMs: number): Promise<void> {
  const { store, limits, scheduler } = deps;
  if (order.tries + 1 >= limits.receiptTries) return end(deps, order.orderId, failedWith('cash_receipt_no_answer'));
  await store.postponeReceipt(order.orderId, scheduler.nowMs() + pauseMs);
}

async function end(deps: ReceiptSenderDeps, orderId: string, how: ReceiptEnd): Promise<void> {
  const { store, desk, log, scheduler } = deps;
  const ended = await store.endReceipt(orderId, how, scheduler.nowMs());
  if (ended === undefined) return;
  const { paymentId, merchantId, kind, code } = ended;
  if (how.state === 'failed') log.error({ orderId, paymentId, merchantId, kind, code }, 'a cash receipt failed');
  await desk.tell(ended);
}
