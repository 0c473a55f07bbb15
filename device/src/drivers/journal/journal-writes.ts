import { ScanPayError } from '@scanpay/shared/errors.ts';
import type Database from 'better-sqlite3';
import type { JournalChange, StatementRecord } from '../../ports/journal.ts';
import { prepareCareWrites } from './care-rows.ts';
import { prepareReceiptWrites as prepareCashReceiptWrites } from './cash-receipt-rows.ts';

type ChangeOf<Op extends JournalChange['op']> = Extract<JournalChange, { op: Op }>;

/** Prepared statements, one per kind of change; all run inside the caller's transaction. */
export function prepareWrites(db: Database.Database) {
  const openPayment = db.prepare(`
    INSERT INTO payments (payment_id, coupon_id, state, request, request_jws, barcode, opened_at_ms)
    VALUES (@paymentId, @couponId, @phase, @request, @requestJws, @barcode, @openedAtMs)`);
  const setPhase = db.prepare(`
    UPDATE payments SET state = @phase, recheck_fields = @recheckFields, confirm_jws = COALESCE(@confirmJws, confirm_jws)
    WHERE payment_id = @paymentId AND closed_at_ms IS NULL`);
  const closePayment = db.prepare(`
    UPDATE payments SET state = @state, decline_code = @declineCode, approval = @approval,
      business_date = @businessDate, payout_date = @payoutDate, reversed_split = @reversedSplit,
      reversal_date = @reversalDate, reversal_payout_date = @reversalPayoutDate,
      closed_at_ms = @atMs, barcode = NULL
    WHERE payment_id = @paymentId AND closed_at_ms IS NULL`);
  const openCancel = db.prepare(`
    INSERT INTO cancels (cancel_id, payment_id, amount_won, cancel_jws, state, opened_at_ms)
    VALUES (@cancelId, @paymentId, @amountWon, @cancelJws, 'open', @openedAtMs)`);
  const closeCancel = db.prepare(`
    UPDATE cancels SET state = @state, decline_code = @declineCode, business_date = @businessDate,
      payout_date = @payoutDate, closed_at_ms = @atMs,
      refunded_before_won = (SELECT COALESCE(SUM(amount_won), 0) FROM cancels AS earlier
        WHERE earlier.payment_id = cancels.payment_id AND earlier.state = 'cancelled')
    WHERE cancel_id = @cancelId AND closed_at_ms IS NULL`);
  const markCancelled = db.prepare(`
    UPDATE payments SET state = 'cancelled'
    WHERE payment_id = (SELECT payment_id FROM cancels WHERE cancel_id = @cancelId) AND state = 'approved'
      AND json_extract(approval, '$.split.chargedWon') <= (SELECT SUM(amount_won) FROM cancels
        WHERE cancels.payment_id = payments.payment_id AND cancels.state = 'cancelled')`);
  const storeTerms = db.prepare('INSERT OR REPLACE INTO terms (only_one, issued) VALUES (1, @issued)');
  const receipts = prepareReceiptWrites(db);
  const statements = prepareStatementWrites(db);
  const cashReceipts = prepareCashReceiptWrites(db);
  const care = prepareCareWrites(db);

  const closePaymentRow = (change: ChangeOf<'close-payment'>) => closePayment.run(toClosedRow(change));
  const closeCancelRow = ({ cancelId, outcome, atMs }: ChangeOf<'close-cancel'>) => {
    const done = outcome.kind === 'cancelled';
    const closed = closeCancel.run({
      cancelId,
      atMs,
      state: outcome.kind,
      declineCode: done ? null : outcome.code,
      businessDate: done ? outcome.businessDate : null,
      payoutDate: done ? (outcome.payoutDate ?? null) : null,
    });
    if (done) markCancelled.run({ cancelId });
    return closed;
  };
  const run = (change: JournalChange): Database.RunResult => {
    switch (change.op) {
      case 'open-payment':
        return openPayment.run(toPaymentRow(change));
      case 'set-phase': {
        const { paymentId, phase, recheckFields = [], confirmJws = null } = change;
        return setPhase.run({ paymentId, phase, recheckFields: JSON.stringify(recheckFields), confirmJws });
      }
      case 'close-payment':
        return closePaymentRow(change);
      case 'open-cancel':
        return openCancel.run(change.cancel);
      case 'close-cancel':
        return closeCancelRow(change);
      case 'queue-receipt':
      case 'set-receipt':
        return receipts(change);
      case 'store-statement':
      case 'judge-statement':
      case 'answer-statement':
      case 'set-lines':
      case 'set-statement':
        return statements(change);
      case 'store-terms':
        return storeTerms.run({ issued: JSON.stringify(change.issued) });
      case 'store-receipt-key':
      case 'put-receipt-order':
        return cashReceipts(change);
      case 'take-command':
      case 'end-command':
      case 'store-alarms':
        return care(change);
    }
  };
  return {
    /** @throws ScanPayError `internal` when the change finds nothing to change: the caller's picture is wrong. */
    apply(change: JournalChange): void {
      if (run(change).changes !== 1) throw new ScanPayError('internal', `journal: ${change.op} changed nothing`);
    },
  };
}

function toClosedRow({ paymentId, outcome, atMs }: ChangeOf<'close-payment'>) {
  const approval = outcome.kind === 'approved' ? outcome.approval : undefined;
  const stated = outcome.kind === 'reversed' ? outcome.stated : undefined;
  return {
    paymentId,
    atMs,
    state: outcome.kind,
    declineCode: outcome.kind === 'declined' ? outcome.code : null,
    approval: approval === undefined ? null : JSON.stringify(approval),
    businessDate: approval?.businessDate ?? stated?.saleDate ?? null,
    payoutDate: approval?.payoutDate ?? stated?.salePayoutDate ?? null,
    reversedSplit: stated === undefined ? null : JSON.stringify(stated.split),
    reversalDate: stated?.reversalDate ?? null,
    reversalPayoutDate: stated?.reversalPayoutDate ?? null,
  };
}

const toPaymentRow = ({ payment }: ChangeOf<'open-payment'>) => {
  const { coupon } = payment.request;
  const couponId = coupon.kind === 'barcode' ? coupon.couponId : null;
  return { ...payment, couponId, request: JSON.stringify(payment.request) };
};

function prepareReceiptWrites(
  db: Database.Database,
): (change: ChangeOf<'queue-receipt' | 'set-receipt'>) => Database.RunResult {
  const queueReceipt = db.prepare(
    'INSERT INTO receipts (receipt, state, queued_at_ms) VALUES (@receipt, @state, @atMs)',
  );
  const setReceipt = db.prepare(
    'UPDATE receipts SET state = @state, receipt = COALESCE(@receipt, receipt) WHERE receipt_id = @receiptId',
  );
  return (change) => {
    if (change.op === 'queue-receipt') {
      const { receipt, atMs, state = 'queued' } = change;
      return queueReceipt.run({ receipt: JSON.stringify(receipt), atMs, state });
    }
    const { receiptId, state, receipt } = change;
    return setReceipt.run({ receiptId, state, receipt: receipt === undefined ? null : JSON.stringify(receipt) });
  };
}

const linesText = ({ settled, accepting }: Pick<StatementRecord, 'settled' | 'accepting'>) => ({
  settled: JSON.stringify(settled),
  accepting: JSON.stringify(accepting),
});

type StatementChange = ChangeOf<
  'store-statement' | 'judge-statement' | 'answer-statement' | 'set-lines' | 'set-statement'
>;

function prepareStatementWrites(db: Database.Database): (change: StatementChange) => Database.RunResult {
  const storeStatement = db.prepare(`
    INSERT INTO statements
      (statement_id, statement, lines, sha256, state, faults, answer, received_at_ms, settled, accepting)
    VALUES
      (@statementId, @statement, @lines, @sha256, @state, @faults, @answer, @receivedAtMs, @settled, @accepting)`);
  const setLines = db.prepare(
    'UPDATE statements SET settled = @settled, accepting = @accepting WHERE statement_id = @statementId',
  );
  const judgeStatement = db.prepare(
    'UPDATE statements SET faults = @faults, answer = @answer WHERE statement_id = @statementId AND answer IS NULL',
  );
  const answerStatement = db.prepare('UPDATE statements SET answer = @answer WHERE statement_id = @statementId');
  const setStatement = db.prepare('UPDATE statements SET state = @state WHERE statement_id = @statementId');
  return (change) => {
    switch (change.op) {
      case 'store-statement': {
        const { statement, faults, settled, accepting, ...rest } = change.record;
        const { statementId } = statement;
        const texts = {
          statement: JSON.stringify(statement),
          lines: JSON.stringify(change.lines),
          faults: JSON.stringify(faults),
          ...linesText({ settled, accepting }),
        };
        return storeStatement.run({ ...rest, ...texts, statementId });
      }
      case 'judge-statement': {
        const { statementId, faults, answer } = change;
        return judgeStatement.run({ statementId, answer, faults: JSON.stringify(faults) });
      }
      case 'answer-statement':
        return answerStatement.run({ statementId: change.statementId, answer: change.answer });
      case 'set-lines':
        return setLines.run({ statementId: change.statementId, ...linesText(change) });
      case 'set-statement':
        return setStatement.run({ statementId: change.statementId, state: change.state });
    }
  };
}
