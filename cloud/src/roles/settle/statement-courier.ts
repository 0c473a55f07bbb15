import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import { businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { readStoredStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { type AgreedSums, agreedSums, wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import { areOwnLines } from '../../core/settle/find-faults.ts';
import { scopeOf } from '../../core/settle/line-pages.ts';
import { makePayoutEntry } from '../../core/settle/payout.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import type { NextHop } from './next-hop.ts';
import type { SerialRetrier } from './serial-retrier.ts';

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
  retrier: SerialRetrier;
  clock: Clock;
  log: Log;
}

export function createStatementCourier(deps: CourierDeps): StatementCourier {
  const { store, nextHop, retrier, clock, log } = deps;

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
    if (answer.statementId !== statementId) throw new ScanPayError('internal', 'the answer names another statement');
    const areOurs = await areOwnLines(store, hop, scopeOf(statement), answer.faults);
    const faults = areOurs ? answer.faults : [wholeFault];
    const verdict = { state: answer.answer, faults, answerJws: null };
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

  const advance = async (statementId: StatementId): Promise<'done' | 'again' | 'soon'> => {
    let statement = await findStatement(statementId);
    if (statement.state === 'presented') {
      const answer = await nextHop.present(statement, (await store.readStatementJws(statementId)) ?? '');
      if (!answer.ok) return noteRefusal(statement, answer);
      if (answer.value === null) return 'done';
      await recordAnswer(statement, answer.value);
      statement = await findStatement(statementId);
    }
    if (statement.state === 'approved' || statement.state === 'disputed') {
      const agreed = await readAgreed(store, statement);
      if (agreed === null) return 'done';
      await payStatement({ store, clock }, statement, agreed);
      statement = await findStatement(statementId);
    }
    const told = await nextHop.tellPaid(statement);
    if (!told.ok) return noteRefusal(statement, told);
    await store.markPaidTold(statementId);
    return 'done';
  };

  return { deliver: (statementId) => retrier.run(statementId, () => advance(statementId)) };
}

/** What is to be paid on an answered statement: all of it, or what both sides agree on. Null: nothing. */
export async function readAgreed(
  store: Pick<SettlementStore, 'readStatementJws'>,
  { statementId, hop, faults }: StoredStatement,
): Promise<AgreedSums | null> {
  const statement = readStoredStatement((await store.readStatementJws(statementId)) ?? '');
  if (!statement.ok) throw new ScanPayError(statement.code, statement.detail);
  return agreedSums(hop, statement.value.tenders, faults);
}

/** Books the payout of a statement, once; on either side of the hop. */
export async function payStatement(
  deps: { store: SettlementStore; clock: Clock },
  statement: StoredStatement,
  agreed: AgreedSums,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const entry = makePayoutEntry(statement.direction, statement, agreed, nowMs, businessDateAt(nowMs));
  await deps.store.recordPayout(entry, agreed.payableWon, nowMs);
}
