import type { CashReceiptNote } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import type { Selectable } from 'kysely';
import type { CashReceiptStore, ReceiptEnd, ReceiptOrder } from '../../../ports/cash-receipt-store.ts';
import type { CashReceiptTable } from './cash-receipt-table.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

export function createCashReceiptStore(db: OperatorDb): CashReceiptStore {
  const orders = () => db.selectFrom('operator_cash_receipts').selectAll();
  return {
    async listDueReceipts(nowMs, limit) {
      const due = orders().where('state', '=', 'requested').where('due_at_ms', '<=', nowMs);
      return (await due.orderBy('due_at_ms').orderBy('order_id').limit(limit).execute()).map(toOrder);
    },
    async nextReceiptDueMs() {
      const waiting = orders().where('state', '=', 'requested').orderBy('due_at_ms').limit(1);
      return (await waiting.executeTakeFirst())?.due_at_ms;
    },
    listReceiptOrders: (paymentId) => readOrders(db, paymentId),
    async listFailedReceipts(limit) {
      const failed = orders().where('state', '=', 'failed').orderBy('changed_at_ms', 'desc').orderBy('order_id');
      return (await failed.limit(limit).execute()).map(toOrder);
    },
    async countReceipts() {
      const [waiting, failed] = await Promise.all([countIn(db, 'requested'), countIn(db, 'failed')]);
      return { waiting, failed };
    },
    async findReceiptOrder(orderId) {
      const row = await orders().where('order_id', '=', orderId).executeTakeFirst();
      return row && toOrder(row);
    },
    async noteReceiptTry(orderId, dueAtMs, nowMs) {
      await db
        .updateTable('operator_cash_receipts')
        .set((eb) => ({ tries: eb('tries', '+', 1), due_at_ms: dueAtMs, changed_at_ms: nowMs }))
        .where('order_id', '=', orderId)
        .where('state', '=', 'requested')
        .execute();
    },
    async postponeReceipt(orderId, dueAtMs) {
      const order = db.updateTable('operator_cash_receipts').set({ due_at_ms: dueAtMs });
      await order.where('order_id', '=', orderId).where('state', '=', 'requested').execute();
    },
    ...createEnds(db),
  };
}

/** Read from the partial index of the state, whatever the table holds. */
async function countIn(db: OperatorDb, state: 'requested' | 'failed'): Promise<number> {
  const rows = db.selectFrom('operator_cash_receipts').where('state', '=', state);
  const { count } = await rows.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow();
  return Number(count);
}

function createEnds(db: OperatorDb): Pick<CashReceiptStore, 'endReceipt' | 'retryReceipt'> {
  return {
    endReceipt: (orderId, end, nowMs) =>
      transact<ReceiptOrder | undefined>(db, async (trx) => {
        const row = await trx
          .updateTable('operator_cash_receipts')
          .set({ ...toEndColumns(end), changed_at_ms: nowMs })
          .where('order_id', '=', orderId)
          .where('state', '=', 'requested')
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        await trx
          .updateTable('operator_cash_receipts')
          .set({ due_at_ms: nowMs })
          .where('payment_id', '=', row.payment_id)
          .where('state', '=', 'requested')
          .where('due_at_ms', '>', nowMs)
          .execute();
        return toOrder(row);
      }),
    retryReceipt: (orderId, nowMs) =>
      transact<boolean>(db, async (trx) => {
        const again = { state: 'requested', fail_code: null, due_at_ms: nowMs, changed_at_ms: nowMs } as const;
        const row = await trx
          .updateTable('operator_cash_receipts')
          // The issuer may have heard of it: an order that was tried stays one that was.
          .set({ ...again, tries: 1 })
          .where('order_id', '=', orderId)
          .where('state', '=', 'failed')
          .returning(['payment_id', 'kind'])
          .executeTakeFirst();
        if (row === undefined) return false;
        if (row.kind === 'cancel') return true;
        const dropped = trx.updateTable('operator_cash_receipts').set(again).where('payment_id', '=', row.payment_id);
        await dropped.where('kind', '=', 'cancel').where('state', '=', 'dropped').execute();
        return true;
      }),
  };
}

function toEndColumns(
  end: ReceiptEnd,
): Pick<CashReceiptTable, 'state' | 'approval_number' | 'approved_on' | 'fail_code'> {
  const none = { approval_number: null, approved_on: null, fail_code: null };
  if (end.state === 'dropped') return { ...none, state: 'dropped' };
  if (end.state === 'failed') return { ...none, state: 'failed', fail_code: end.code };
  return { ...none, state: 'issued', approval_number: end.approvalNumber, approved_on: end.approvedOn };
}

async function readOrders(db: OperatorDb | OperatorTrx, paymentId: PaymentId): Promise<ReceiptOrder[]> {
  const query = db.selectFrom('operator_cash_receipts').selectAll().where('payment_id', '=', paymentId);
  return (await query.orderBy('kind', 'desc').orderBy('at_ms').orderBy('order_id').execute()).map(toOrder);
}

/** The payment is approved: its cash receipt is to be issued. */
export async function addIssueOrder(
  trx: OperatorTrx,
  paymentId: PaymentId,
  note: CashReceiptNote,
  atMs: number,
  nowMs: number,
): Promise<void> {
  const { device_id, merchant_id, charged_won } = await trx
    .selectFrom('operator_payments')
    .select(['device_id', 'merchant_id', 'charged_won'])
    .where('payment_id', '=', paymentId)
    .executeTakeFirstOrThrow();
  const chargedWon = charged_won ?? won(0);
  // A sale that the coupon made free leaves nothing to issue.
  if (chargedWon === 0) return;
  await trx
    .insertInto('operator_cash_receipts')
    .values({
      order_id: `issue/${paymentId}`,
      payment_id: paymentId,
      kind: 'issue',
      cancel_id: null,
      device_id,
      merchant_id,
      purpose: note.purpose,
      number_masked: note.numberMasked,
      self_issued: note.selfIssued ? 1 : 0,
      charged_won: chargedWon,
      amount_won: chargedWon,
      cancelled_before_won: won(0),
      at_ms: atMs,
      ...waiting(nowMs),
    })
    .execute();
}

const waiting = (nowMs: number) =>
  ({
    state: 'requested',
    tries: 0,
    due_at_ms: nowMs,
    approval_number: null,
    approved_on: null,
    fail_code: null,
    changed_at_ms: nowMs,
  }) as const;

/**
 * Money of the payment went back: what was issued is to be cancelled, `amountWon` of it; without a refund (`cancelId` null:
 * a reversal) all of it. Nothing for a payment without a cash receipt.
 */
export async function addCancelOrder(
  trx: OperatorTrx,
  paymentId: PaymentId,
  cancel: { cancelId: CancelId; amountWon: Won; cancelledBeforeWon: Won; atMs: number } | null,
  nowMs: number,
): Promise<void> {
  const row = await trx
    .selectFrom('operator_cash_receipts')
    .selectAll()
    .where('order_id', '=', `issue/${paymentId}`)
    .executeTakeFirst();
  if (row === undefined) return;
  await trx
    .insertInto('operator_cash_receipts')
    .values({
      ...row,
      order_id: cancel === null ? `reversal/${paymentId}` : `cancel/${cancel.cancelId}`,
      kind: 'cancel',
      cancel_id: cancel?.cancelId ?? null,
      amount_won: cancel?.amountWon ?? row.charged_won,
      cancelled_before_won: cancel?.cancelledBeforeWon ?? won(0),
      at_ms: cancel?.atMs ?? nowMs,
      ...waiting(nowMs),
    })
    .execute();
}

const toOrder = (row: Selectable<CashReceiptTable>): ReceiptOrder => ({
  orderId: row.order_id,
  paymentId: row.payment_id,
  kind: row.kind,
  cancelId: row.cancel_id,
  deviceId: row.device_id,
  merchantId: row.merchant_id,
  purpose: row.purpose,
  numberMasked: row.number_masked,
  selfIssued: row.self_issued === 1,
  chargedWon: row.charged_won,
  amountWon: row.amount_won,
  cancelledBeforeWon: row.cancelled_before_won,
  atMs: row.at_ms,
  state: row.state,
  tries: row.tries,
  approvalNumber: row.approval_number,
  approvedOn: row.approved_on,
  code: row.fail_code,
  changedAtMs: row.changed_at_ms,
});
