import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { type OpenedStatement, openPaymentAdvice, openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { findStatementFaults } from '@scanpay/shared/settlement/statement.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { previousCompany, receivedHop } from '../../core/settle/hops.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore, StoredStatement, Verdict } from '../../ports/settlement-store.ts';
import { payStatement } from './statement-courier.ts';

/** The receiving end of S13 and S14. */
export interface StatementInbox {
  /**
   * Recomputes the statement from the own book and approves it, or disputes it with the lines at fault; the same
   * statement again gets the same answer. Codes: signature_invalid, invalid_input, date_not_closed,
   * statement_conflict.
   */
  receive(statementJws: string): Promise<Result<StatementAnswer>>;
  /** Books the money the sender says has moved. Codes: signature_invalid, not_found, statement_mismatch. */
  receivePaid(statementId: StatementId, adviceJws: string): Promise<Result<void>>;
}

/** Faults kept and answered; a statement further off is wrong as a whole. */
const maxFaults = 1000;

export interface InboxDeps {
  company: Company;
  store: SettlementStore;
  resolveSenderKey: ResolveKey;
  clock: Clock;
  log: Log;
  /** Called whenever an approved statement was answered, the first time or again. */
  onApproved(statement: StoredStatement): void;
}

export function createStatementInbox(deps: InboxDeps): StatementInbox {
  const { store, log } = deps;

  const judge = async ({ statement }: OpenedStatement): Promise<Verdict> => {
    const events = await store.listEvents(statement.businessDate, null);
    const faults = findStatementFaults(statement, events).slice(0, maxFaults);
    return { state: faults.length === 0 ? 'approved' : 'disputed', faults, answerJws: null };
  };

  const settleFirst = async (opened: OpenedStatement, jws: string): Promise<StoredStatement | undefined> => {
    const { statement, sha256 } = opened;
    const verdict = await judge(opened);
    if (verdict.state === 'disputed') {
      const { statementId, hop, sender, businessDate } = statement;
      log.error({ statementId, hop, sender, businessDate, faults: verdict.faults.length }, 'statement disputed');
    }
    return store.addReceived({ statement, jws, sha256 }, verdict, deps.clock.nowMs());
  };

  return {
    async receive(statementJws) {
      const opened = await openStatement(statementJws, deps.resolveSenderKey);
      if (!opened.ok) return opened;
      const { statement, sha256 } = opened.value;
      if (!isMeantFor(deps.company, statement)) return refuse('invalid_input', 'not a statement between us');
      let stored = await store.findReceived(statement);
      if (stored === undefined) {
        const closed = await store.isBusinessDateClosed(statement.businessDate);
        if (!closed) return refuse('date_not_closed', statement.businessDate);
        stored = await settleFirst(opened.value, statementJws);
      }
      if (stored === undefined || stored.sha256 !== sha256) {
        return refuse('statement_conflict', stored === undefined ? 'statement id' : stored.statementId);
      }
      const answer = stored.state === 'disputed' ? 'disputed' : 'approved';
      if (answer === 'approved') deps.onApproved(stored);
      return accept({ statementId: stored.statementId, answer, faults: stored.faults });
    },

    async receivePaid(statementId, adviceJws) {
      const advice = await openPaymentAdvice(adviceJws, deps.resolveSenderKey);
      if (!advice.ok) return advice;
      if (advice.value.statementId !== statementId)
        return refuse('invalid_input', 'the advice names another statement');
      const stored = await store.findStatement(statementId);
      if (stored === undefined || stored.direction !== 'received') return refuse('not_found');
      const { statementSha256, payableWon } = advice.value;
      if (stored.sha256 !== statementSha256 || stored.payableWon !== payableWon) {
        return refuse('statement_mismatch', 'another statement or another amount was paid');
      }
      if (stored.state === 'disputed') return refuse('statement_mismatch', 'the statement is disputed');
      if (stored.state !== 'paid') await payStatement({ store, clock: deps.clock }, stored);
      return accept(undefined);
    },
  };
}

function isMeantFor(company: Company, statement: { hop: string; sender: string; receiver: string }): boolean {
  return (
    statement.hop === receivedHop[company] &&
    statement.sender === previousCompany[company] &&
    statement.receiver === company
  );
}
