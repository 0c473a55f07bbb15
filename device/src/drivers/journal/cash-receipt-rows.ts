import type { CashReceiptOrder } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type Database from 'better-sqlite3';
import type { Journal, JournalChange } from '../../ports/journal.ts';

type ReceiptChange = Extract<JournalChange, { op: 'store-receipt-key' | 'put-receipt-order' }>;

/** The order has no cancel id; nor has the cancellation after a reversal. */
const keyOf = ({ kind, cancelId }: CashReceiptOrder): string => cancelId ?? kind;

export function prepareReceiptWrites(db: Database.Database): (change: ReceiptChange) => Database.RunResult {
  const storeKey = db.prepare('INSERT OR REPLACE INTO receipt_key (only_one, key) VALUES (1, @key)');
  const putOrder = db.prepare(`
    INSERT INTO cash_receipt_orders (payment_id, order_key, receipt_order, changed_at_ms, is_open)
    VALUES (@paymentId, @orderKey, @order, @changedAtMs, @isOpen)
    ON CONFLICT DO UPDATE SET
      receipt_order = iif(excluded.changed_at_ms >= changed_at_ms, excluded.receipt_order, receipt_order),
      is_open = iif(excluded.changed_at_ms >= changed_at_ms, excluded.is_open, is_open),
      changed_at_ms = max(excluded.changed_at_ms, changed_at_ms)`);
  const numberSlips = db.prepare(`
    UPDATE receipts SET receipt = json_set(receipt,
      '$.cashReceipt.state', @state, '$.cashReceipt.approvalNumber', @approvalNumber)
    WHERE json_extract(receipt, '$.paymentId') = @paymentId
      AND json_extract(receipt, '$.cashReceipt.state') IS NOT NULL
      AND json_extract(receipt, '$.cancelId') IS @cancelId`);
  const stored = db.prepare<[string, string], { receipt_order: string }>(
    'SELECT receipt_order FROM cash_receipt_orders WHERE payment_id = ? AND order_key = ?',
  );
  return (change) => {
    if (change.op === 'store-receipt-key') return storeKey.run({ key: JSON.stringify(change.key) });
    const { paymentId, order } = change;
    const orderKey = keyOf(order);
    const { changedAtMs, state } = order;
    const isOpen = state === 'requested' ? 1 : 0;
    const put = putOrder.run({ paymentId, orderKey, order: JSON.stringify(order), changedAtMs, isOpen });
    const now = JSON.parse(stored.get(paymentId, orderKey)?.receipt_order ?? '') as CashReceiptOrder;
    const { cancelId, approvalNumber } = now;
    if (now.kind === 'issue' || cancelId !== null) {
      numberSlips.run({ paymentId, cancelId, state: now.state, approvalNumber });
    }
    return put;
  };
}

export function prepareReceiptReads(
  db: Database.Database,
): Pick<Journal, 'receiptKey' | 'receiptOrders' | 'openReceipts'> {
  const key = db.prepare<[], { key: string }>('SELECT key FROM receipt_key');
  const orders = db.prepare<[string], { receipt_order: string }>(
    'SELECT receipt_order FROM cash_receipt_orders WHERE payment_id = ? ORDER BY rowid',
  );
  const open = db.prepare<[string, number], { payment_id: PaymentId }>(`
    SELECT DISTINCT payment_id FROM cash_receipt_orders WHERE is_open = 1 AND payment_id > ?
    ORDER BY payment_id LIMIT ?`);
  return {
    receiptKey: () => JSON.parse(key.get()?.key ?? 'null') as ReturnType<Journal['receiptKey']>,
    receiptOrders: (paymentId) => orders.all(paymentId).map((row) => JSON.parse(row.receipt_order) as CashReceiptOrder),
    openReceipts: (after, limit) => open.all(after ?? '', limit).map((row) => row.payment_id),
  };
}
