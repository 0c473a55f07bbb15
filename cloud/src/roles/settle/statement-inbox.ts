import type { StatementAnswer } from '@scanpay/shared/api/settlement.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { type OpenedStatement, openPaymentAdvice, openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { Statement } from '@scanpay/shared/settlement/statement.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { signVerdict } from '../../core/audit/statement-answer.ts';
import { findFaults } from '../../core/settle/find-faults.ts';
import { previousCompany, receivedHop } from '../../core/settle/hops.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { StatementSenderApi } from '../../ports/peers.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { payStatement } from './pay-statement.ts';
import { readAgreed } from './read-agreed.ts';

/** The receiving end of S13 and S14. */
export interface StatementInbox {
  /**
   * Recomputes the statement from the own book and approves it, or disputes it with the lines at fault; the same
   * statement again gets the same answer. Codes: signature_invalid, invalid_input, date_not_closed,
   * statement_conflict, statement_pending (still at it: ask again).
   */
  receive(statementJws: string): Promise<Result<StatementAnswer>>;
  /** Books the money the sender says has moved. Codes: signature_invalid, not_found, statement_mismatch. */
  receivePaid(statementId: StatementId, adviceJws: string): Promise<Result<void>>;
  /** Resolves when no statement is being checked any more. */
  whenIdle(): Promise<void>;
}

/** A day of a million payments takes longer to check than a caller waits. */
const answerWithinMs = 3_000;
/** Statements checked at the same time. */
const maxJudging = 4;

export interface InboxDeps {
  company: Company;
  store: SettlementStore;
  /** Shows the lines of a statement whose sums are not ours. */
  sender: Pick<StatementSenderApi, 'readLines'>;
  resolveSenderKey: ResolveKey;
  /** The company's own key: it answers for its verdict. */
  signer: JwsSigner;
  clock: Scheduler;
  log: Log;
  /** Called whenever a statement was answered, the first time or again. */
  onAnswered(statement: StoredStatement): void;
}

type Judgement = Promise<StoredStatement | undefined>;

export function createStatementInbox(deps: InboxDeps): StatementInbox {
  const { store, log, clock } = deps;
  /** By hash of the statement. */
  const judging = new Map<string, Judgement>();

  const judge = async ({ statement, sha256 }: OpenedStatement, jws: string): Judgement => {
    const faults = await findFaults(store, deps.sender, statement);
    const state = faults.length === 0 ? 'approved' : 'disputed';
    if (state === 'disputed') {
      const { statementId, hop, sender, businessDate } = statement;
      log.error({ statementId, hop, sender, businessDate, faults: faults.length }, 'statement disputed');
    }
    const nowMs = clock.nowMs();
    const words = { state, faults, by: deps.company, answeredAtMs: nowMs } as const;
    const answerJws = await signVerdict({ statementId: statement.statementId, sha256 }, words, deps.signer);
    return store.addReceived({ statement, jws, sha256 }, { state, faults, answerJws }, nowMs);
  };
  /** Null: it takes longer; it goes on, and whoever asks again gets the answer. */
  const judgeInTime = async (opened: OpenedStatement, jws: string): Promise<StoredStatement | undefined | null> => {
    let judgement = judging.get(opened.sha256);
    if (judgement === undefined) {
      if (judging.size >= maxJudging) return null;
      judgement = judge(opened, jws).finally(() => judging.delete(opened.sha256));
      judging.set(opened.sha256, judgement);
      judgement.catch((err: unknown) =>
        log.warn({ err, statementId: opened.statement.statementId }, 'the statement could not be checked now'),
      );
    }
    return withinTime(clock, judgement);
  };

  return {
    async receive(statementJws) {
      const opened = await openStatement(statementJws, deps.resolveSenderKey);
      if (!opened.ok) return opened;
      const { statement, sha256 } = opened.value;
      if (!isMeantFor(deps.company, statement)) return refuse('invalid_input', 'not a statement between us');
      let stored: StoredStatement | undefined | null = await store.findReceived(statement);
      if (stored === undefined) {
        const closed = await store.isBusinessDateClosed(statement.businessDate);
        if (!closed) return refuse('date_not_closed', statement.businessDate);
        stored = await judgeInTime(opened.value, statementJws);
      }
      if (stored === null) return refuse('statement_pending', statement.statementId);
      if (stored === undefined || stored.sha256 !== sha256) {
        return refuse('statement_conflict', stored === undefined ? 'statement id' : stored.statementId);
      }
      deps.onAnswered(stored);
      return accept(toAnswer(stored));
    },

    async receivePaid(statementId, adviceJws) {
      const advice = await openPaymentAdvice(adviceJws, deps.resolveSenderKey);
      if (!advice.ok) return advice;
      if (advice.value.statementId !== statementId)
        return refuse('invalid_input', 'the advice names another statement');
      const stored = await store.findStatement(statementId);
      if (stored === undefined || stored.direction !== 'received') return refuse('not_found');
      const { statementSha256, payableWon } = advice.value;
      const agreed = await readAgreed(store, stored);
      if (agreed === null) return refuse('statement_mismatch', 'nothing of the statement is agreed on');
      if (stored.sha256 !== statementSha256 || agreed.payableWon !== payableWon) {
        return refuse('statement_mismatch', 'another statement or another amount was paid');
      }
      const isPaid = stored.state === 'paid' || stored.state === 'part-paid';
      if (!isPaid) await payStatement({ store, clock }, stored, agreed, adviceJws);
      return accept(undefined);
    },

    async whenIdle() {
      await Promise.allSettled(judging.values());
    },
  };
}

function withinTime(clock: Scheduler, judgement: Judgement): Promise<StoredStatement | undefined | null> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(answerWithinMs, () => resolve(null));
    judgement.finally(cancel).then(resolve, reject);
  });
}

/** @throws ScanPayError `internal` when no signed answer was kept. */
function toAnswer({ statementId, state, faults, answerJws }: StoredStatement): StatementAnswer {
  if (answerJws === null) throw new ScanPayError('internal', `${statementId} has no signed answer`);
  const answer = state === 'disputed' || state === 'part-paid' ? 'disputed' : 'approved';
  return { statementId, answer, faults, answerJws };
}

/** Between companies there is one statement of a date: one of a terminal or payout date would state it twice. */
function isMeantFor(company: Company, statement: Statement): boolean {
  return (
    statement.deviceId === null &&
    statement.payoutDate === null &&
    statement.hop === receivedHop[company] &&
    statement.sender === previousCompany[company] &&
    statement.receiver === company
  );
}
