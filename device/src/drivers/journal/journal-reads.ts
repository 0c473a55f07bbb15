import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { isErrorCode } from '@scanpay/shared/errors.ts';
import type { CancelId, CouponId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { type Split, splitRefund, won } from '@scanpay/shared/money.ts';
import type { IssuedTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { PayableEvent, StatementLineKind } from '@scanpay/shared/settlement/statement.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type Database from 'better-sqlite3';
import type {
  CouponUse,
  Journal,
  OpenCancel,
  OpenPayment,
  PaymentRecord,
  SpooledReceipt,
  StatementRecord,
} from '../../ports/journal.ts';
import { prepareCareReads } from './care-rows.ts';
import { prepareReceiptReads } from './cash-receipt-rows.ts';

interface PaymentRow {
  payment_id: string;
  coupon_id: string | null;
  state: string;
  request: string;
  request_jws: string;
  confirm_jws: string | null;
  barcode: string | null;
  recheck_fields: string;
  decline_code: string | null;
  approval: string | null;
  /** Of a reversed payment whose sale and reversal stand in statements of two dates. */
  reversed_split: string | null;
  payout_date: string | null;
  reversal_payout_date: string | null;
  opened_at_ms: number;
}

/** What cancels gave back of the payment in `payments`, for every query whose rows become payments. */
const refundColumns = `
  (SELECT COALESCE(SUM(amount_won), 0) FROM cancels
    WHERE cancels.payment_id = payments.payment_id AND cancels.state = 'cancelled') AS refunded_won,
  (SELECT COUNT(*) FROM cancels
    WHERE cancels.payment_id = payments.payment_id AND cancels.state = 'cancelled') AS refund_count`;

interface RefundedRow extends PaymentRow {
  refunded_won: number;
  refund_count: number;
}

interface CancelRow {
  cancel_id: string;
  payment_id: string;
  amount_won: number;
  cancel_jws: string;
  opened_at_ms: number;
}

/** A refund, with the payment it is of. */
interface RefundRow extends PaymentRow {
  cancel_id: string;
  amount_won: number;
  refunded_before_won: number;
  refund_payout_date: string | null;
}

interface ReceiptRow {
  receipt_id: number;
  receipt: string;
  state: string;
}

interface StatementRow {
  statement: string;
  sha256: string;
  state: string;
  faults: string;
  answer: string | null;
  received_at_ms: number;
  settled: string;
  accepting: string;
}

/** All but the lines. */
const statementColumns = 'statement, sha256, state, faults, answer, received_at_ms, settled, accepting';

/** Rows were written by this box from checked data, so they are trusted here. */
export function prepareReads(db: Database.Database): Omit<Journal, 'commit' | 'close' | 'checkWritable'> {
  const open = db.prepare<[], PaymentRow>('SELECT * FROM payments WHERE closed_at_ms IS NULL ORDER BY rowid');
  const openCancels = db.prepare<[], CancelRow>(
    'SELECT * FROM cancels WHERE closed_at_ms IS NULL ORDER BY opened_at_ms',
  );
  const payment = db.prepare<[string], RefundedRow>(`SELECT *, ${refundColumns} FROM payments WHERE payment_id = ?`);
  const refundable = db.prepare<[string], RefundedRow>(`
    SELECT *, ${refundColumns} FROM payments WHERE coupon_id = ? AND state = 'approved'
    ORDER BY opened_at_ms DESC LIMIT 1`);
  const uses = db.prepare<[string], PaymentRow>(
    `SELECT * FROM payments WHERE coupon_id = ? AND state NOT IN ('declined', 'reversed', 'reversing', 'cancelled')`,
  );
  const refused = db.prepare<[number, number], RefundedRow & { closed_at_ms: number }>(`
    SELECT *, ${refundColumns} FROM payments WHERE state = 'declined' AND closed_at_ms >= ?
      AND json_extract(request, '$.offline') IS NOT NULL ORDER BY closed_at_ms DESC LIMIT ?`);
  const terms = db.prepare<[], { issued: string }>('SELECT issued FROM terms');
  const recent = db.prepare<[number], RefundedRow>(
    `SELECT *, ${refundColumns} FROM payments ORDER BY opened_at_ms DESC LIMIT ?`,
  );
  const sales = db.prepare<[string], PaymentRow>('SELECT * FROM payments WHERE business_date = ?');
  const reversals = db.prepare<[string], PaymentRow>('SELECT * FROM payments WHERE reversal_date = ?');
  const cancels = db.prepare<[string], RefundRow>(`
    SELECT payments.*, cancels.cancel_id, cancels.amount_won, cancels.refunded_before_won,
      cancels.payout_date AS refund_payout_date FROM cancels
    JOIN payments ON payments.payment_id = cancels.payment_id WHERE cancels.business_date = ?`);
  const waiting = db.prepare<[], ReceiptRow>(
    `SELECT * FROM receipts WHERE state IN ('queued', 'printing') ORDER BY receipt_id LIMIT 1`,
  );
  const receipt = db.prepare<[number], ReceiptRow>('SELECT * FROM receipts WHERE receipt_id = ?');
  const receipts = db.prepare<[number], ReceiptRow>('SELECT * FROM receipts ORDER BY receipt_id DESC LIMIT ?');
  const receiptCount = db.prepare<[number], { count: number }>(
    'SELECT COUNT(*) AS count FROM receipts WHERE queued_at_ms >= ?',
  );
  const waitingCount = db.prepare<[], { count: number }>(
    `SELECT COUNT(*) AS count FROM receipts WHERE state IN ('queued', 'printing')`,
  );
  const statement = db.prepare<[string], StatementRow>(
    `SELECT ${statementColumns} FROM statements WHERE statement_id = ?`,
  );
  const statementLines = db.prepare<[string], { lines: string }>('SELECT lines FROM statements WHERE statement_id = ?');
  const statements = db.prepare<[number], StatementRow>(
    `SELECT ${statementColumns} FROM statements ORDER BY received_at_ms DESC LIMIT ?`,
  );
  const unacknowledged = db.prepare<[], StatementRow>(
    `SELECT ${statementColumns} FROM statements WHERE answer IS NOT NULL AND state = 'presented' ORDER BY received_at_ms`,
  );

  const bookedEvents = (businessDate: BusinessDate): PayableEvent[] => [
    ...sales.all(businessDate).map((row) => toEvent('sale', row, row.payout_date)),
    ...cancels.all(businessDate).map(toRefundEvent),
    ...reversals.all(businessDate).map((row) => toEvent('reversal', row, row.reversal_payout_date)),
  ];
  return {
    ...prepareCareReads(db),
    openPayments: () => open.all().map(toOpenPayment),
    openCancels: () => openCancels.all().map(toOpenCancel),
    findPayment: (paymentId: PaymentId) => mapRow(payment.get(paymentId), toPayment),
    couponUses: (couponId) => uses.all(couponId).map(toUse),
    refundablePayment: (couponId) => mapRow(refundable.get(couponId), toPayment),
    refusedRedemptions: (sinceMs, limit) =>
      refused.all(sinceMs, limit).map((row) => ({ payment: toPayment(row), closedAtMs: row.closed_at_ms })),
    ...prepareReceiptReads(db),
    terms: () => mapRow(terms.get(), (row) => JSON.parse(row.issued) as IssuedTerms),
    recentPayments: (limit) => recent.all(limit).map(toPayment),
    bookedEvents,
    nextReceipt: () => mapRow(waiting.get(), toReceipt),
    findReceipt: (receiptId) => mapRow(receipt.get(receiptId), toReceipt),
    recentReceipts: (limit) => receipts.all(limit).map(toReceipt),
    countWaitingReceipts: () => waitingCount.get()?.count ?? 0,
    countReceiptsSince: (sinceMs) => receiptCount.get(sinceMs)?.count ?? 0,
    findStatement: (statementId: StatementId) => mapRow(statement.get(statementId), toStatement),
    statementLines: (statementId) =>
      JSON.parse(statementLines.get(statementId)?.lines ?? '[]') as ReturnType<Journal['statementLines']>,
    recentStatements: (limit) => statements.all(limit).map(toStatement),
    unacknowledgedAnswers: () => unacknowledged.all().map(toStatement),
  };
}

const mapRow = <Row, Value>(row: Row | undefined, convert: (row: Row) => Value): Value | null =>
  row === undefined ? null : convert(row);

const requestOf = (row: PaymentRow) => JSON.parse(row.request) as PaymentRecord['request'];
const approvalOf = (text: string) => JSON.parse(text) as Approval;

function toOpenPayment(row: PaymentRow): OpenPayment {
  return {
    paymentId: row.payment_id as PaymentId,
    phase: row.state as OpenPayment['phase'],
    request: JSON.parse(row.request) as OpenPayment['request'],
    requestJws: row.request_jws,
    confirmJws: row.confirm_jws,
    barcode: row.barcode,
    recheckFields: JSON.parse(row.recheck_fields) as OpenPayment['recheckFields'],
    openedAtMs: row.opened_at_ms,
  };
}

function toOpenCancel(row: CancelRow): OpenCancel {
  return {
    cancelId: row.cancel_id as CancelId,
    paymentId: row.payment_id as PaymentId,
    amountWon: won(row.amount_won),
    cancelJws: row.cancel_jws,
    openedAtMs: row.opened_at_ms,
  };
}

function toPayment(row: RefundedRow): PaymentRecord {
  return {
    paymentId: row.payment_id as PaymentId,
    couponId: row.coupon_id as CouponId | null,
    request: requestOf(row),
    state: row.state as PaymentRecord['state'],
    declineCode: row.decline_code !== null && isErrorCode(row.decline_code) ? row.decline_code : null,
    approval: row.approval === null ? null : approvalOf(row.approval),
    refunded: { refundedWon: won(row.refunded_won), refundCount: row.refund_count },
    openedAtMs: row.opened_at_ms,
  };
}

function toUse(row: PaymentRow): CouponUse {
  const { offline } = requestOf(row);
  const offerId = row.approval === null ? (offline?.offerId ?? null) : approvalOf(row.approval).offerId;
  return { paymentId: row.payment_id as PaymentId, offerId };
}

function toEvent(kind: StatementLineKind, row: PaymentRow, payoutDate: string | null): PayableEvent {
  const split =
    row.approval === null ? (JSON.parse(row.reversed_split ?? '') as Split) : approvalOf(row.approval).split;
  const { tender } = requestOf(row);
  const paid = { payoutDate: payoutDate as BusinessDate | null };
  return { kind, tender, paymentId: row.payment_id as PaymentId, cancelId: null, split, ...paid };
}

/** A refund takes back its part of the split; the operator worked it out from the same approval. */
function toRefundEvent(row: RefundRow): PayableEvent {
  const sale = toEvent('cancel', row, row.refund_payout_date);
  const split = splitRefund(sale.split, won(row.refunded_before_won), won(row.amount_won));
  return { ...sale, cancelId: row.cancel_id as CancelId, split };
}

const toReceipt = (row: ReceiptRow): SpooledReceipt => ({
  receiptId: row.receipt_id,
  receipt: JSON.parse(row.receipt) as SpooledReceipt['receipt'],
  state: row.state as SpooledReceipt['state'],
});

const toStatement = (row: StatementRow): StatementRecord => ({
  statement: JSON.parse(row.statement) as StatementRecord['statement'],
  sha256: row.sha256,
  state: row.state as StatementRecord['state'],
  answer: row.answer as StatementRecord['answer'],
  faults: JSON.parse(row.faults) as StatementRecord['faults'],
  receivedAtMs: row.received_at_ms,
  settled: JSON.parse(row.settled) as StatementRecord['settled'],
  accepting: JSON.parse(row.accepting) as StatementRecord['accepting'],
});
