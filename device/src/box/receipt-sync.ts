import { importPgBoxPublicKey, type PgBoxPublicJwk } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import {
  type CashReceiptEntry,
  type CashReceiptRequest,
  maxAskedReceipts,
} from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import { maskReceiptIdentity, parseReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import type { CashReceiptKey, CashReceiptState } from '@scanpay/shared/cash-receipt/messages.ts';
import { type ReceiptSealKey, sealReceiptIdentity } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Journal } from '../ports/journal.ts';
import { createAsker } from './asker.ts';
import type { Log } from './deps.ts';

const askEveryMs = 60_000;

/**
 * Cash receipts (현금영수증) at the box: seals the customer's number before it is written anywhere, and keeps what became of
 * each receipt; the operator tells it, and is asked now and then about those that are still under way.
 */
export function createReceiptSync(deps: {
  deviceId: DeviceId;
  journal: Journal;
  scheduler: Scheduler;
  sendQuery(paymentIds: PaymentId[]): Promise<unknown>;
  /** A receipt changed, or whether they can be asked for at all. */
  onChange(): void;
  log: Log;
}) {
  const { deviceId, journal, log } = deps;
  let key = importKey(journal.receiptKey());
  let askedThrough: PaymentId | null = null;

  const asker = createAsker({
    scheduler: deps.scheduler,
    retryMs: askEveryMs,
    refreshMs: askEveryMs,
    async ask() {
      const paymentIds = journal.openReceipts(askedThrough, maxAskedReceipts);
      askedThrough = paymentIds.length < maxAskedReceipts ? null : (paymentIds.at(-1) ?? null);
      if (paymentIds.length > 0) await deps.sendQuery(paymentIds);
    },
  });
  return {
    isAvailable: (): boolean => key !== null,
    linkChanged: asker.linkChanged,
    stop: asker.stop,
    /** Codes: cash_receipt_number_invalid, cash_receipt_unavailable. */
    seal({ purpose, number }: CashReceiptEntry): Result<CashReceiptRequest> {
      const identity = parseReceiptIdentity(purpose, number);
      if (!identity.ok) return identity;
      if (key === null) return refuse('cash_receipt_unavailable');
      const sealed = sealReceiptIdentity(identity.value, deviceId, key);
      return accept({ purpose, numberMasked: maskReceiptIdentity(identity.value), sealed });
    },
    takeKey({ key: told }: CashReceiptKey): void {
      if (JSON.stringify(told) === JSON.stringify(journal.receiptKey())) return;
      journal.commit([{ op: 'store-receipt-key', key: told }]);
      key = importKey(told);
      deps.onChange();
    },
    takeState({ paymentId, order }: CashReceiptState): void {
      if (journal.findPayment(paymentId)?.approval?.cashReceipt === undefined) {
        log.warn({ paymentId }, 'news of a cash receipt this box knows nothing of');
        return;
      }
      journal.commit([{ op: 'put-receipt-order', paymentId, order }]);
      deps.onChange();
    },
  };
}

export type ReceiptSync = ReturnType<typeof createReceiptSync>;

const importKey = (jwk: PgBoxPublicJwk | null): ReceiptSealKey | null =>
  jwk === null ? null : importPgBoxPublicKey(jwk);
