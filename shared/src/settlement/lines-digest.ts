import { createHash } from 'node:crypto';
import { won } from '../money.ts';
import type { LinesDigest, StatementLine, Sums } from './statement.ts';

/** Adds up lines as they come; it keeps the sums and no line. */
export interface LineTally {
  /** Lines must come in the order of `lineKey`. */
  add(line: StatementLine): void;
  digest(): LinesDigest;
}

const noSums: Sums = { chargedWon: won(0), feeWon: won(0), payableWon: won(0) };

export const addSums = (a: Sums, b: Sums): Sums => ({
  chargedWon: won(a.chargedWon + b.chargedWon),
  feeWon: won(a.feeWon + b.feeWon),
  payableWon: won(a.payableWon + b.payableWon),
});

/**
 * One line as it is hashed and sent: canonical JSON (RFC 8785), whose members stand in the order of their names. All
 * values are ASCII strings, safe integers and null, for which `JSON.stringify` writes what the RFC asks for.
 */
export function lineText(line: StatementLine): string {
  const { cancelId, chargedWon, feeWon, kind, payableWon, paymentId, tender } = line;
  return JSON.stringify({ cancelId, chargedWon, feeWon, kind, payableWon, paymentId, tender });
}

/** `linesSha256` is SHA-256 (base64url) over `lineText` of every line, each followed by a line feed. */
export function createLineTally(): LineTally {
  const hash = createHash('sha256');
  const tenders = { card: noSums, cash: noSums };
  let lineCount = 0;
  return {
    add(line) {
      hash.update(`${lineText(line)}\n`);
      tenders[line.tender] = addSums(tenders[line.tender], line);
      lineCount += 1;
    },
    digest: () => ({
      lineCount,
      linesSha256: hash.copy().digest('base64url'),
      totals: addSums(tenders.card, tenders.cash),
      tenders: { ...tenders },
    }),
  };
}

export function digestLines(lines: Iterable<StatementLine>): LinesDigest {
  const tally = createLineTally();
  for (const line of lines) tally.add(line);
  return tally.digest();
}

/** Whether both name the same lines and the same sums. */
export function isSameDigest(a: LinesDigest, b: LinesDigest): boolean {
  return (
    a.lineCount === b.lineCount &&
    a.linesSha256 === b.linesSha256 &&
    areSameSums(a.totals, b.totals) &&
    areSameSums(a.tenders.card, b.tenders.card) &&
    areSameSums(a.tenders.cash, b.tenders.cash)
  );
}

const areSameSums = (a: Sums, b: Sums): boolean =>
  a.chargedWon === b.chargedWon && a.feeWon === b.feeWon && a.payableWon === b.payableWon;
