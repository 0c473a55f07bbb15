import Type, { type Static } from 'typebox';
import type { BusinessDate } from '../clock.ts';
import { type Split, type Won, won } from '../money.ts';
import {
  BusinessDateSchema,
  CancelIdSchema,
  DeviceIdSchema,
  PaymentIdSchema,
  Sha256Schema,
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

/** Lines of one statement: a day of one hop. */
const maxStatementLines = 10_000_000;

export const SumsSchema = strictObject({
  chargedWon: SignedWonSchema,
  feeWon: SignedWonSchema,
  payableWon: SignedWonSchema,
});
/** Sums over lines, in won. */
export type Sums = Static<typeof SumsSchema>;

/** What is signed of the lines: how many they are, what they hash to (see `createLineTally`), and their sums. */
const linesDigestProperties = {
  lineCount: Type.Integer({ minimum: 0, maximum: maxStatementLines }),
  linesSha256: Sha256Schema,
  totals: SumsSchema,
  /** The same sums by tender: card is paid, cash's fees are netted ([0048]). */
  tenders: strictObject({ card: SumsSchema, cash: SumsSchema }),
} as const;
export const LinesDigestSchema = strictObject(linesDigestProperties);
export type LinesDigest = Static<typeof LinesDigestSchema>;

/**
 * The signed part of a statement. Its lines are not in it, for a day may have a million; they travel beside it, in pages
 * or in parts, and the digest binds them. Version 1 carried its lines.
 */
export const StatementSchema = strictObject({
  v: Type.Literal(2),
  statementId: StatementIdSchema,
  hop: HopSchema,
  sender: PartySchema,
  receiver: PartySchema,
  /** S15: the terminal whose payments these are, for it checks them against its own journal. Null between companies. */
  deviceId: Type.Union([DeviceIdSchema, Type.Null()]),
  businessDate: BusinessDateSchema,
  /**
   * S15: from when on the merchant is paid, by the settlement cycles of its contracts; it states the payments of that payout
   * date alone. Null between companies, who pay on approval, and for payments from before payout dates were kept.
   */
  payoutDate: Type.Union([BusinessDateSchema, Type.Null()]),
  ...linesDigestProperties,
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
  /** What this event moves, always positive: a cancel or reversal negates it. */
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

/** One booked event with the date on which it is paid. */
export interface PayableEvent extends BookedEvent {
  /** From when on the merchant is paid for it; null: from before that was kept. */
  payoutDate: BusinessDate | null;
}

/** Names a line within its statement, and orders the lines: by payment id, which is in time order (UUIDv7). */
export const lineKey = (line: Pick<StatementLine, 'kind' | 'paymentId' | 'cancelId'>): string =>
  `${line.paymentId}/${line.kind}/${line.cancelId ?? ''}`;

/**
 * The lines that these events of one business date, and for S15 of one payout date, make on a hop, in order: pure. All events of a payment must be given
 * together, for one booked and reversed on the same date never happened (DESIGN §3): neither entry appears.
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
