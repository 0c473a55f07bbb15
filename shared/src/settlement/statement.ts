import Type, { type Static } from 'typebox';
import type { BusinessDate } from '../clock.ts';
import { ScanPayError } from '../errors.ts';
import type { StatementId } from '../ids.ts';
import { type Split, sumWon, type Won, won } from '../money.ts';
import {
  BusinessDateSchema,
  CancelIdSchema,
  PaymentIdSchema,
  SignedWonSchema,
  StatementIdSchema,
  strictObject,
  type Tender,
  TenderSchema,
} from '../schema.ts';

/** S13 card company → PG, S14 PG → operator, S15 operator → merchant (DESIGN §2). */
export const HopSchema = Type.Union([Type.Literal('S13'), Type.Literal('S14'), Type.Literal('S15')]);
export type Hop = Static<typeof HopSchema>;

/** `reversal` appears only when a payment is reversed on a later business date than it was booked. */
export const StatementLineKindSchema = Type.Union([
  Type.Literal('sale'),
  Type.Literal('cancel'),
  Type.Literal('reversal'),
]);
export type StatementLineKind = Static<typeof StatementLineKindSchema>;

/**
 * One booked event. Amounts of cancels and reversals are negative.
 * Card: `payableWon` = `chargedWon` − `feeWon`. Cash: the merchant holds the money already, `payableWon` = −`feeWon`.
 */
export const StatementLineSchema = strictObject({
  kind: StatementLineKindSchema,
  tender: TenderSchema,
  paymentId: PaymentIdSchema,
  cancelId: Type.Union([CancelIdSchema, Type.Null()]),
  chargedWon: SignedWonSchema,
  /** All fees taken up to and including the sender of this hop. */
  feeWon: SignedWonSchema,
  /** What the sender owes the receiver for this line; negative: the receiver owes the sender. */
  payableWon: SignedWonSchema,
});
export type StatementLine = Static<typeof StatementLineSchema>;

export const PartySchema = Type.String({ pattern: '^(card|pg|operator|m-[a-z0-9-]{1,28})$' });

/** Lines of one statement: a day of one hop. 100,000 make some 31 MB once signed. */
export const maxStatementLines = 100_000;

export const StatementSchema = strictObject({
  v: Type.Literal(1),
  statementId: StatementIdSchema,
  hop: HopSchema,
  sender: PartySchema,
  receiver: PartySchema,
  businessDate: BusinessDateSchema,
  lines: Type.Array(StatementLineSchema, { maxItems: maxStatementLines }),
  totals: strictObject({ chargedWon: SignedWonSchema, feeWon: SignedWonSchema, payableWon: SignedWonSchema }),
});
export type Statement = Static<typeof StatementSchema>;

/** A line both sides see differently; null: that side has no such line. */
export const StatementFaultSchema = strictObject({
  theirs: Type.Union([StatementLineSchema, Type.Null()]),
  ours: Type.Union([StatementLineSchema, Type.Null()]),
});
export type StatementFault = Static<typeof StatementFaultSchema>;

/** One booked event as any company, or the terminal, has it in its own records. */
export interface BookedEvent {
  kind: StatementLineKind;
  tender: Tender;
  paymentId: StatementLine['paymentId'];
  cancelId: StatementLine['cancelId'];
  /** The original split of the sale, always positive; cancels and reversals negate it. */
  split: Split;
}

function feeUpTo(hop: Hop, split: Split): Won {
  if (hop === 'S13') return split.cardFeeWon;
  if (hop === 'S14') return won(split.cardFeeWon + split.pgFeeWon);
  return won(split.cardFeeWon + split.pgFeeWon + split.operatorFeeWon);
}

export function toStatementLine(hop: Hop, event: BookedEvent): StatementLine {
  const sign = event.kind === 'sale' ? 1 : -1;
  const chargedWon = won(sign * event.split.chargedWon);
  const feeWon = won(sign * feeUpTo(hop, event.split));
  const payableWon = event.tender === 'card' ? won(chargedWon - feeWon) : won(-feeWon);
  const { kind, tender, paymentId, cancelId } = event;
  return { kind, tender, paymentId, cancelId, chargedWon, feeWon, payableWon };
}

const lineKey = (line: Pick<StatementLine, 'kind' | 'paymentId' | 'cancelId'>): string =>
  `${line.paymentId}/${line.kind}/${line.cancelId ?? ''}`;

/**
 * The lines of one hop and business date: pure, ordered by payment id (time order, UUIDv7).
 * A payment booked and reversed on the same date never happened (DESIGN §3): neither entry appears.
 */
export function makeStatementLines(hop: Hop, events: Iterable<BookedEvent>): StatementLine[] {
  const all = [...events].filter((event) => hop !== 'S13' || event.tender === 'card');
  const paymentsWith = (kind: StatementLineKind) =>
    new Set(all.filter((event) => event.kind === kind).map((event) => event.paymentId));
  const sold = paymentsWith('sale');
  const reversed = paymentsWith('reversal');
  return all
    .filter(({ kind, paymentId }) => kind === 'cancel' || !(sold.has(paymentId) && reversed.has(paymentId)))
    .map((event) => toStatementLine(hop, event))
    .sort((a, b) => (lineKey(a) < lineKey(b) ? -1 : 1));
}

export function totalLines(lines: readonly StatementLine[]): Statement['totals'] {
  return {
    chargedWon: sumWon(lines.map((line) => line.chargedWon)),
    feeWon: sumWon(lines.map((line) => line.feeWon)),
    payableWon: sumWon(lines.map((line) => line.payableWon)),
  };
}

/** @throws ScanPayError `too_large` above `maxStatementLines`. */
export function makeStatement(input: {
  statementId: StatementId;
  hop: Hop;
  sender: string;
  receiver: string;
  businessDate: BusinessDate;
  events: Iterable<BookedEvent>;
}): Statement {
  const lines = makeStatementLines(input.hop, input.events);
  if (lines.length > maxStatementLines) throw new ScanPayError('too_large', `${lines.length} lines in one statement`);
  const { statementId, hop, sender, receiver, businessDate } = input;
  return { v: 1, statementId, hop, sender, receiver, businessDate, lines, totals: totalLines(lines) };
}

/**
 * The receiver's check (S13–S15): recomputes every line from its own events and names each that differs.
 * An empty array means that both sides agree, totals included.
 */
export function findStatementFaults(presented: Statement, ownEvents: Iterable<BookedEvent>): StatementFault[] {
  const faults: StatementFault[] = [];
  const theirs = new Map<string, StatementLine>();
  for (const line of presented.lines) {
    if (theirs.has(lineKey(line))) faults.push({ theirs: line, ours: null });
    else theirs.set(lineKey(line), line);
  }
  for (const ours of makeStatementLines(presented.hop, ownEvents)) {
    const line = theirs.get(lineKey(ours)) ?? null;
    theirs.delete(lineKey(ours));
    if (line === null || !sameLine(line, ours)) faults.push({ theirs: line, ours });
  }
  for (const line of theirs.values()) faults.push({ theirs: line, ours: null });
  // Every line agrees and yet the sums do not: a fault of no line in particular.
  if (faults.length === 0 && !sameTotals(presented.totals, totalLines(presented.lines))) {
    faults.push({ theirs: null, ours: null });
  }
  return faults;
}

function sameTotals(a: Statement['totals'], b: Statement['totals']): boolean {
  return a.chargedWon === b.chargedWon && a.feeWon === b.feeWon && a.payableWon === b.payableWon;
}

function sameLine(a: StatementLine, b: StatementLine): boolean {
  return (
    a.tender === b.tender && a.chargedWon === b.chargedWon && a.feeWon === b.feeWon && a.payableWon === b.payableWon
  );
}
