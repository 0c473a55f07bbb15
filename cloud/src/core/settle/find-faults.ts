import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { createLineTally, isSameDigest, type LineTally } from '@scanpay/shared/settlement/lines-digest.ts';
import {
  type Hop,
  lineKey,
  makeStatementLines,
  type Statement,
  type StatementFault,
  type StatementLine,
} from '@scanpay/shared/settlement/statement.ts';
import { findLineFaults, isSameLine, maxFaults, wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import type { StatementSenderApi } from '../../ports/peers.ts';
import type { BookScope, SettlementStore } from '../../ports/settlement-store.ts';
import { digestBook, scopeOf } from './line-pages.ts';

/** Shows the lines of a statement, in pages. */
type LineReader = Pick<StatementSenderApi, 'readLines'>;

/**
 * The receiver's check of a statement (S13, S14) against its own book. Where the digests differ, the sender's lines are
 * asked for, page by page, and compared; memory does not grow with the day. Empty: both sides agree.
 * @throws ScanPayError `upstream_unavailable` when the sender does not give its lines now.
 */
export async function findFaults(
  store: Pick<SettlementStore, 'readEvents'>,
  sender: LineReader,
  statement: Statement,
): Promise<StatementFault[]> {
  const { hop } = statement;
  const scope = scopeOf(statement);
  if (isSameDigest(await digestBook(store, hop, scope), statement)) return [];
  const tally = createLineTally();
  const theirs = readTheirLines(sender, statement, tally);
  const faults: StatementFault[] = [];
  for (let after: PaymentId | null = null; ; ) {
    const { events, next }: Awaited<ReturnType<typeof store.readEvents>> = await store.readEvents(scope, after);
    const ours = makeStatementLines(hop, events);
    const theirPart = await theirs.takeThrough(next, ours.length + maxFaults[hop]);
    if (theirPart === undefined) return [wholeFault];
    faults.push(...findLineFaults(theirPart, ours));
    if (faults.length >= maxFaults[hop]) return faults.slice(0, maxFaults[hop]);
    if (next === null) break;
    after = next;
  }
  // What was shown is not what was signed, or all lines agree and yet the sums do not.
  return isSameDigest(tally.digest(), statement) && faults.length > 0 ? faults : [wholeFault];
}

interface TheirLines {
  /**
   * Lines of payments up to and including `through` (null: all that are left). Undefined: more than `most`, out of order,
   * or the sender knows of no such statement.
   */
  takeThrough(through: PaymentId | null, most: number): Promise<StatementLine[] | undefined>;
}

function readTheirLines(sender: LineReader, { statementId }: Statement, tally: LineTally): TheirLines {
  let waiting: StatementLine[] = [];
  let after: PaymentId | null = null;
  let ended = false;
  let lastKey = '';

  const readPage = async (): Promise<boolean> => {
    const page = await sender.readLines(statementId, after);
    if (!page.ok && page.code === 'not_found') return false;
    if (!page.ok) throw new ScanPayError('upstream_unavailable', `lines of ${statementId}: ${page.code}`);
    const { lines, next } = page.value;
    for (const line of lines) {
      if (lineKey(line) < lastKey) return false;
      lastKey = lineKey(line);
      tally.add(line);
    }
    // A sender that does not come forward would be read forever.
    if (next !== null && after !== null && next <= after) return false;
    waiting.push(...lines);
    after = next;
    ended = next === null;
    return true;
  };
  return {
    async takeThrough(through, most) {
      const isLater = ({ paymentId }: StatementLine) => through !== null && paymentId > through;
      while (!ended && !waiting.some(isLater)) {
        if (waiting.length > most || !(await readPage())) return undefined;
      }
      const taken = waiting.filter((line) => !isLater(line));
      waiting = waiting.filter(isLater);
      return taken.length > most ? undefined : taken;
    },
  };
}

/** Whether every line somebody finds fault with is one that this book states: each of them, and once. */
export async function areOwnLines(
  store: Pick<SettlementStore, 'findEvents'>,
  hop: Hop,
  scope: BookScope,
  faults: readonly StatementFault[],
): Promise<boolean> {
  const named = faults.flatMap(({ theirs }) => theirs ?? []);
  const paymentIds = [...new Set(named.map(({ paymentId }) => paymentId))];
  const own = new Map<string, StatementLine>();
  for (const line of makeStatementLines(hop, await store.findEvents(scope, paymentIds))) own.set(lineKey(line), line);
  return named.every((line) => {
    const mine = own.get(lineKey(line));
    own.delete(lineKey(line));
    return mine !== undefined && isSameLine(mine, line);
  });
}
