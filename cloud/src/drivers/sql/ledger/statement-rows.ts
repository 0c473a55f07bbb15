import { won } from '@scanpay/shared/money.ts';
import type { StatementFault } from '@scanpay/shared/settlement/statement.ts';
import type { Insertable, Selectable } from 'kysely';
import type { NewStatement, SettledLineRecord, StoredStatement, Verdict } from '../../../ports/settlement-store.ts';
import type { StatementTable } from './tables.ts';

/** All but the signed text. */
export const statementColumns = [
  'statement_id',
  'direction',
  'hop',
  'sender',
  'receiver',
  'device_id',
  'business_date',
  'payout_date',
  'covers_date',
  'state',
  'statement_sha256',
  'line_count',
  'charged_won',
  'fee_won',
  'payable_won',
  'paid_won',
  'transfer_id',
  'faults_json',
  'settled_json',
  'answer_jws',
  'advice_jws',
  'updated_at_ms',
] as const;

type StatementRow = Pick<Selectable<StatementTable>, (typeof statementColumns)[number]>;

export function toStoredStatement(row: StatementRow): StoredStatement {
  return {
    statementId: row.statement_id,
    direction: row.direction,
    hop: row.hop,
    sender: row.sender,
    receiver: row.receiver,
    deviceId: row.device_id === '' ? null : row.device_id,
    businessDate: row.business_date,
    payoutDate: row.payout_date,
    coversDate: row.covers_date === 1,
    state: row.state,
    sha256: row.statement_sha256,
    lineCount: row.line_count,
    chargedWon: row.charged_won,
    feeWon: row.fee_won,
    payableWon: row.payable_won,
    paidWon: row.paid_won,
    transferId: row.transfer_id,
    faults: JSON.parse(row.faults_json) as StatementFault[],
    settledLines: JSON.parse(row.settled_json) as SettledLineRecord[],
    answerJws: row.answer_jws,
    adviceJws: row.advice_jws,
    updatedAtMs: row.updated_at_ms,
  };
}

/** `verdict` null: sent, and not answered yet. */
export function toStatementRow(
  direction: StatementTable['direction'],
  { statement, jws, sha256 }: NewStatement,
  verdict: Verdict | null,
  nowMs: number,
): Insertable<StatementTable> {
  return {
    statement_id: statement.statementId,
    direction,
    hop: statement.hop,
    sender: statement.sender,
    receiver: statement.receiver,
    device_id: statement.deviceId ?? '',
    business_date: statement.businessDate,
    payout_date: statement.payoutDate,
    state: verdict?.state ?? 'presented',
    statement_jws: jws,
    statement_sha256: sha256,
    line_count: statement.lineCount,
    charged_won: statement.totals.chargedWon,
    fee_won: statement.totals.feeWon,
    payable_won: statement.totals.payableWon,
    paid_won: won(0),
    transfer_id: null,
    faults_json: JSON.stringify(verdict?.faults ?? []),
    answer_jws: verdict?.answerJws ?? null,
    paid_told: 0,
    onward_made: 0,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
  };
}
