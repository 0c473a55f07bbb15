import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import { checkAnswer } from '../../core/audit/statement-answer.ts';
import { areOwnLines } from '../../core/settle/find-faults.ts';
import { scopeOf } from '../../core/settle/line-pages.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import type { NextHop } from './next-hop.ts';
import type { Payer } from './pay-statement.ts';
import type { AttemptOutcome, SerialRetrier } from './serial-retrier.ts';

/**
 * Brings a sent statement to its end: presented → approved → paid → the receiver knows; or disputed → part-paid → the
 * receiver knows.
 */
export interface StatementCourier {
  /** Takes the statement as far as it goes now; what is left is tried again later. */
  deliver(statementId: StatementId): Promise<void>;
}

/** Refusals that only mean "later"; any other one needs somebody to look at it. */
const laterCodes: ReadonlySet<string> = new Set([
  'date_not_closed',
  'statement_pending',
  'upstream_unavailable',
  'rate_limited',
]);
/** Refusals that no repetition changes. */
const finalCodes: ReadonlySet<string> = new Set(['too_large']);

export interface CourierDeps {
  store: SettlementStore;
  nextHop: NextHop;
  payer: Payer;
  retrier: SerialRetrier;
  clock: Clock;
  log: Log;
}

export function createStatementCourier(deps: CourierDeps): StatementCourier {
  const { store, nextHop, payer, retrier, clock, log } = deps;

  const noteRefusal = (
    statement: StoredStatement,
    refusal: { code: string; detail: string },
  ): 'done' | 'again' | 'soon' => {
    const { statementId, hop, receiver, businessDate } = statement;
    const fields = { statementId, hop, receiver, businessDate, code: refusal.code, detail: refusal.detail };
    if (laterCodes.has(refusal.code)) log.info(fields, 'the receiver is not ready for the statement');
    else log.error(fields, 'the statement was refused');
    if (refusal.code === 'statement_pending') return 'soon';
    return finalCodes.has(refusal.code) ? 'done' : 'again';
  };

  const recordAnswer = async (statement: StoredStatement, answer: StatementAnswer): Promise<void> => {
    const { statementId, hop, receiver, businessDate } = statement;
    const checked = await checkAnswer(answer, statement, nextHop.resolveKey);
    // What the receiver has not signed is no answer: it is asked again.
    if (!checked.ok) throw new ScanPayError(checked.code, `answer to ${statementId}: ${checked.detail}`);
    const areOurs = await areOwnLines(store, hop, scopeOf(statement), answer.faults);
    const faults = areOurs ? answer.faults : [wholeFault];
    const verdict = { state: answer.answer, faults, answerJws: answer.answerJws };
    await store.recordAnswer(statementId, verdict, clock.nowMs());
    if (answer.answer === 'disputed') {
      log.error(
        { statementId, hop, receiver, businessDate, faults: faults.length, areOurs },
        'the statement is disputed',
      );
    }
  };

  const findStatement = async (statementId: StatementId): Promise<StoredStatement> => {
    const statement = await store.findStatement(statementId);
    if (statement === undefined) throw new ScanPayError('internal', `statement ${statementId} is gone`);
    return statement;
  };

  /** Null: it is answered, go on. */
  const present = async (statement: StoredStatement): Promise<AttemptOutcome | null> => {
    const answer = await nextHop.present(statement, (await store.readStatementJws(statement.statementId)) ?? '');
    if (!answer.ok) return noteRefusal(statement, answer);
    if (answer.value === null) return 'done';
    await recordAnswer(statement, answer.value);
    return null;
  };
  /** Null: it is paid, go on. */
  const pay = async (statement: StoredStatement): Promise<AttemptOutcome | null> => {
    const outcome = await payer.pay(statement);
    if (outcome.kind === 'nothing') return 'done';
    if (outcome.kind === 'later') return { untilMs: outcome.untilMs };
    for (const other of outcome.others) void deliver(other);
    return null;
  };
  const advance = async (statementId: StatementId): Promise<AttemptOutcome> => {
    const presented = await findStatement(statementId);
    const waits = presented.state === 'presented' ? await present(presented) : null;
    if (waits !== null) return waits;
    const answered = await findStatement(statementId);
    const isUnpaid = answered.state === 'approved' || answered.state === 'disputed';
    const waitsForPay = isUnpaid ? await pay(answered) : null;
    if (waitsForPay !== null) return waitsForPay;
    const paid = await findStatement(statementId);
    const told = await nextHop.tellPaid(paid);
    if (!told.ok) return noteRefusal(paid, told);
    await store.markPaidTold(statementId);
    return 'done';
  };

  const deliver = (statementId: StatementId): Promise<void> => retrier.run(statementId, () => advance(statementId));
  return { deliver };
}
