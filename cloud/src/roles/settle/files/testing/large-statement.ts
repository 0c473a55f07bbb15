import { generateKeyPairSync } from 'node:crypto';
import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { createLineTally } from '@scanpay/shared/settlement/lines-digest.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { makeStatementLines, type Statement, type StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { Settlement } from '../../settlement.ts';
import { event, paymentId } from '../../testing/payment-day.ts';

const pageLines = 1_000;

export interface LargeStatement {
  settlement: Pick<Settlement, 'findStatement' | 'readLines'>;
  detail: StatementDetail;
  /** How many pages were asked for. */
  pagesRead(): number;
}

/** The n-th sale: every third in cash, of n won and more. */
function saleLine(n: number): StatementLine {
  const [line] = makeStatementLines('S15', [event(n, 'sale', n % 3 === 0 ? 'cash' : 'card', 10_000 + n)]);
  if (line === undefined) throw new Error('a sale makes a line');
  return line;
}

/** An S15 of as many lines as asked for, which are made as they are read; no book holds them. */
export async function createLargeStatement(lineCount: number, wrongLine?: number): Promise<LargeStatement> {
  const tally = createLineTally();
  for (let n = 1; n <= lineCount; n += 1) tally.add(saleLine(n));
  const statement: Statement = {
    v: 2,
    statementId: '019ab0c2-0000-7000-8000-0000000000aa' as StatementId,
    hop: 'S15',
    sender: 'operator',
    receiver: 'm-sokcho',
    deviceId: 'box-sokcho-1' as DeviceId,
    businessDate: '2026-11-23' as BusinessDate,
    payoutDate: '2026-11-24' as BusinessDate,
    ...tally.digest(),
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  const statementJws = await signStatement(statement, { kid: 'operator-1', privateKey });
  const { v: _, lineCount: count, linesSha256: __, totals, tenders: ___, ...header } = statement;
  const row = {
    ...header,
    direction: 'sent' as const,
    state: 'paid' as const,
    lineCount: count,
    ...totals,
    paidWon: totals.payableWon,
    transferId: null,
    updatedAtMs: Date.UTC(2026, 10, 24, 1, 2, 3),
    faults: [],
    settledLines: [],
  };
  const detail: StatementDetail = { row, statement, statementJws };
  let pages = 0;
  return {
    detail,
    pagesRead: () => pages,
    settlement: {
      findStatement: async (statementId) => (statementId === statement.statementId ? detail : undefined),
      async readLines(_statementId, after) {
        pages += 1;
        const first = after === null ? 1 : numberOf(after) + 1;
        const last = Math.min(first + pageLines - 1, lineCount);
        const lines: StatementLine[] = [];
        for (let n = first; n <= last; n += 1) {
          const line = saleLine(n);
          lines.push(n === wrongLine ? { ...line, payableWon: won(line.payableWon + 1) } : line);
        }
        return { lines, next: last === lineCount ? null : paymentId(last) };
      },
    },
  };
}

const numberOf = (id: PaymentId): number => Number.parseInt(id.slice(-12), 16);
