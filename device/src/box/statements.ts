import { type Clock, noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import { createStatementAssembler } from '@scanpay/shared/settlement/statement-assembly.ts';
import {
  maxAnswerFaults,
  type SettlementState,
  type SettlementStatement,
} from '@scanpay/shared/settlement/statement-messages.ts';
import { openStatementText, type StatementWithLines } from '@scanpay/shared/settlement/statement-text.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { makeStatementReceipt, type SlipContext } from '../core/receipts/make-receipt.ts';
import { queueReceipt } from '../core/receipts/queue-receipt.ts';
import type { Journal, JournalChange, StatementRecord } from '../ports/journal.ts';
import type { Log } from './deps.ts';
import { createDisputedLines } from './disputed-lines.ts';
import type { Draft } from './mailroom.ts';
import { createStatementJudge } from './statement-judge.ts';

const repeatMs = 15_000;
const noLines: Pick<StatementRecord, 'settled' | 'accepting'> = { settled: [], accepting: [] };

/**
 * S15 at the terminal: recomputes the operator's statement from this box's own journal, keeps both, and carries the
 * merchant's answer back until the operator acknowledges it.
 */
export function createStatements(deps: {
  deviceId: DeviceId;
  merchantId: MerchantId;
  standingApproval: boolean;
  operatorKeys: ResolveKey;
  journal: Journal;
  clock: Clock;
  scheduler: Scheduler;
  slip(atMs: number): SlipContext;
  send(draft: Draft): Promise<void>;
  onChange(): void;
  log: Log;
}) {
  const { deviceId, merchantId, journal, clock, log } = deps;
  const assembler = createStatementAssembler();
  const { judge, review, reviewAll } = createStatementJudge(deps);
  const disputed = createDisputedLines(deps);
  let linkUp = false;
  let cancelTimer: () => void = noTimer;

  const sendAnswer = async (record: StatementRecord): Promise<void> => {
    if (record.answer !== null) await deps.send(toAnswer(record, record.answer));
  };
  const repeatAnswers = async (): Promise<void> => {
    cancelTimer();
    if (!linkUp) return;
    cancelTimer = deps.scheduler.after(repeatMs, () => void repeatAnswers());
    reviewAll();
    for (const record of journal.unacknowledgedAnswers()) await sendAnswer(record);
    await disputed.repeat();
  };
  const store = async ({ statement, sha256, lines }: StatementWithLines): Promise<void> => {
    const { faults, answer } = judge(statement, lines);
    const receivedAtMs = clock.nowMs();
    const record: StatementRecord = { statement, sha256, state: 'presented', faults, answer, receivedAtMs, ...noLines };
    journal.commit([{ op: 'store-statement', record, lines }]);
    deps.onChange();
    await sendAnswer(record);
  };
  const slipOf = (record: StatementRecord, state: SettlementState['state']): JournalChange[] => {
    if (state === 'presented' || state === 'approved') return [];
    const atMs = clock.nowMs();
    const receipt = makeStatementReceipt(deps.slip(atMs), record, state, atMs);
    return [queueReceipt(receipt, atMs, journal.countWaitingReceipts())];
  };
  return {
    async takePart(message: SettlementStatement): Promise<void> {
      const whole = assembler.add(message);
      if (!whole.ok || whole.value === null) return;
      const opened = await openStatementText(whole.value, deps.operatorKeys);
      if (!opened.ok) return log.warn({ code: opened.code }, 'statement refused');
      const { statement, sha256 } = opened.value;
      if (statement.hop !== 'S15' || statement.receiver !== merchantId || statement.deviceId !== deviceId) {
        return log.warn({ statementId: statement.statementId }, 'statement for another box');
      }
      const known = journal.findStatement(statement.statementId);
      if (known === null) return store(opened.value);
      if (known.sha256 !== sha256) return log.error({ statementId: statement.statementId }, 'statement was changed');
      return sendAnswer(review(known));
    },
    /** The merchant's decision on the counter page. Codes: not_found, payment_state (answered already), statement_mismatch. */
    async answer(statementId: StatementId, answer: 'approved' | 'disputed'): Promise<Result<void>> {
      const stored = journal.findStatement(statementId);
      if (stored === null) return refuse('not_found');
      const known = review(stored);
      if (known.answer !== null) return known.answer === answer ? accept(undefined) : refuse('payment_state');
      const code = whyNotAnswerable(known, answer);
      if (code !== undefined) return refuse(code);
      journal.commit([{ op: 'answer-statement', statementId, answer }]);
      deps.onChange();
      await sendAnswer({ ...known, answer });
      return accept(undefined);
    },
    /** The operator's acknowledgement. The slip is queued in the same commit, once per state that pays or ends it. */
    takeState({ statementId, state }: SettlementState): void {
      const known = journal.findStatement(statementId);
      if (known === null || known.state === state) return;
      journal.commit([{ op: 'set-statement', statementId, state }, ...slipOf(known, state)]);
      deps.onChange();
    },
    acceptLine: disputed.accept,
    takeLines: disputed.take,
    linkChanged(up: boolean): void {
      linkUp = up;
      void repeatAnswers();
    },
    stop(): void {
      linkUp = false;
      cancelTimer();
    },
  };
}

export type Statements = ReturnType<typeof createStatements>;

function toAnswer({ statement, sha256, faults }: StatementRecord, answer: 'approved' | 'disputed'): Draft {
  return {
    type: 'settlement.answer',
    statementId: statement.statementId,
    statementSha256: sha256,
    answer,
    faults: answer === 'disputed' ? faults.slice(0, maxAnswerFaults) : [],
  };
}

/** A statement that differs from the journal can only be disputed. */
function whyNotAnswerable(record: StatementRecord, answer: 'approved' | 'disputed'): ErrorCode | undefined {
  return answer === 'approved' && record.faults.length > 0 ? 'statement_mismatch' : undefined;
}
