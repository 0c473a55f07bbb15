import { type Won, won } from '../money.ts';
import { addSums } from './lines-digest.ts';
import {
  type Hop,
  type LinesDigest,
  lineKey,
  type StatementFault,
  type StatementLine,
  type Sums,
} from './statement.ts';
import { maxAnswerFaults } from './statement-messages.ts';

/** Faults kept and answered. A statement with more is wrong as a whole: nothing of it can be paid. */
export const maxFaults: Readonly<Record<Hop, number>> = { S13: 1000, S14: 1000, S15: maxAnswerFaults };

/** A fault of no line in particular: the sums, the order or the number of the lines. Nothing can be paid then. */
export const wholeFault: StatementFault = { theirs: null, ours: null };

/**
 * The receiver's check (S13–S15): every line that differs, with both versions. Both lists cover the same payments.
 * Empty: both say the same.
 */
export function findLineFaults(
  theirLines: Iterable<StatementLine>,
  ownLines: Iterable<StatementLine>,
): StatementFault[] {
  const faults: StatementFault[] = [];
  const theirs = new Map<string, StatementLine>();
  for (const line of theirLines) {
    if (theirs.has(lineKey(line))) faults.push({ theirs: line, ours: null });
    else theirs.set(lineKey(line), line);
  }
  for (const ours of ownLines) {
    const line = theirs.get(lineKey(ours)) ?? null;
    theirs.delete(lineKey(ours));
    if (line === null || !isSameLine(line, ours)) faults.push({ theirs: line, ours });
  }
  for (const line of theirs.values()) faults.push({ theirs: line, ours: null });
  return faults;
}

export function isSameLine(a: StatementLine, b: StatementLine): boolean {
  return (
    lineKey(a) === lineKey(b) &&
    a.tender === b.tender &&
    a.chargedWon === b.chargedWon &&
    a.feeWon === b.feeWon &&
    a.payableWon === b.payableWon
  );
}

/** What a statement may still be paid on, by tender. */
export interface AgreedSums {
  card: Sums;
  cash: Sums;
  payableWon: Won;
}

/**
 * The sums of the lines both sides see alike: the statement's less those its receiver found at fault. Null: the
 * statement is wrong as a whole.
 */
export function agreedSums(
  hop: Hop,
  tenders: LinesDigest['tenders'],
  faults: readonly StatementFault[],
): AgreedSums | null {
  if (faults.length >= maxFaults[hop]) return null;
  const sums = { ...tenders };
  for (const { theirs, ours } of faults) {
    if (theirs === null && ours === null) return null;
    if (theirs === null) continue;
    const taken = {
      chargedWon: won(-theirs.chargedWon),
      feeWon: won(-theirs.feeWon),
      payableWon: won(-theirs.payableWon),
    };
    sums[theirs.tender] = addSums(sums[theirs.tender], taken);
  }
  return { ...sums, payableWon: won(sums.card.payableWon + sums.cash.payableWon) };
}
