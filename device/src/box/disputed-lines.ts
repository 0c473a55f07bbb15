import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { findFault, type LineName } from '@scanpay/shared/settlement/line-act.ts';
import { maxAskedStatements, type SettlementLines } from '@scanpay/shared/settlement/line-messages.ts';
import { lineKey } from '@scanpay/shared/settlement/statement.ts';
import type { Journal, StatementRecord } from '../ports/journal.ts';
import type { Draft } from './mailroom.ts';

/** Statements looked through for lines that are not settled, newest first. */
const maxLookedThrough = 240;

/**
 * Disputed lines of S15 at the terminal: what the operator corrected, and what the merchant has accepted; an acceptance is
 * repeated until the operator's list has the line.
 */
export function createDisputedLines(deps: { journal: Journal; send(draft: Draft): Promise<void>; onChange(): void }) {
  const { journal, send } = deps;
  const sendAccept = ({ statement, sha256 }: StatementRecord, line: LineName): Promise<void> =>
    send({ type: 'settlement.accept', statementId: statement.statementId, statementSha256: sha256, line });

  return {
    /** Sends again what the operator has not taken, and asks about the lines that are still open. */
    async repeat(): Promise<void> {
      const open = journal.recentStatements(maxLookedThrough).filter(hasOpenLine).slice(0, maxAskedStatements);
      for (const record of open) {
        for (const line of record.accepting.filter((each) => !isSettled(record, each))) await sendAccept(record, line);
      }
      const statementIds = open.map(({ statement }) => statement.statementId);
      if (statementIds.length > 0) await send({ type: 'settlement.lines-query', statementIds });
    },
    /** The merchant takes the operator's version. Codes: not_found, payment_state (settled, or not disputed yet). */
    async accept(statementId: StatementId, line: LineName): Promise<Result<void>> {
      const record = journal.findStatement(statementId);
      if (record === null || findFault(record.faults, line) === undefined) return refuse('not_found');
      if (record.state !== 'disputed' && record.state !== 'part-paid') return refuse('payment_state');
      if (isSettled(record, line)) return refuse('payment_state');
      const isNew = !record.accepting.some((each) => lineKey(each) === lineKey(line));
      if (isNew) {
        journal.commit([
          { op: 'set-lines', statementId, settled: record.settled, accepting: [...record.accepting, line] },
        ]);
        deps.onChange();
      }
      await sendAccept(record, line);
      return accept(undefined);
    },
    take({ statementId, lines }: SettlementLines): void {
      const record = journal.findStatement(statementId);
      // A late message says less than what is known.
      if (record === null || lines.length <= record.settled.length) return;
      const accepting = record.accepting.filter((line) => !lines.some((each) => lineKey(each.line) === lineKey(line)));
      journal.commit([{ op: 'set-lines', statementId, settled: lines, accepting }]);
      deps.onChange();
    },
  };
}

const isSettled = ({ settled }: StatementRecord, line: LineName): boolean =>
  settled.some((each) => lineKey(each.line) === lineKey(line));

function hasOpenLine({ state, faults, settled }: StatementRecord): boolean {
  return (state === 'disputed' || state === 'part-paid') && settled.length < faults.length;
}
