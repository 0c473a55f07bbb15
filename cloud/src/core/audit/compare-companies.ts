import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { DatedKeys } from './dated-keys.ts';
import { describeEvent, type EventFacts, type EvidenceFinding, eventKey, type FindingReason } from './finding.ts';
import { type OpenedFile, openWord, type Word } from './open-file.ts';

/** Two companies of the chain: `down` asked `up`, and books on its word. */
export interface Link {
  down: OpenedFile;
  up: OpenedFile;
  upKeys: DatedKeys;
  /** Dates that `down` has closed: nothing of them is on its way. */
  closedDates: ReadonlySet<BusinessDate>;
  /** What `up` did from then on, `down` may not have had on record yet when it was read. */
  readAtMs: number;
}

type Report = (finding: EvidenceFinding) => void;

/** How many events are not at `down` yet, because the payment is still on its way there. */
export async function compareCompanies(link: Link, report: Report): Promise<number> {
  const { down, up } = link;
  for (const [key, word] of down.words) {
    if (isAsked(word.said, up)) await holdPeerWord(link, key, word, report);
  }
  for (const [key, { seq, entry }] of down.entries) {
    // Of a word on it was told above; without one only the book of the other can bear it out.
    if (down.words.has(key) || !isAsked(entry, up) || hasEvent(up, key)) continue;
    report({
      ...subjectOf(down, entry),
      seq,
      reason: 'counterpart-missing',
      expected: null,
      found: describeEvent(entry),
    });
  }
  return holdUpstream(link, report);
}

/** Cash goes no further than the PG. */
const isAsked = ({ tender }: Pick<EventFacts, 'tender'>, { company }: OpenedFile): boolean =>
  company !== 'card' || tender === 'card';

const hasEvent = ({ words, entries }: OpenedFile, key: string): boolean => words.has(key) || entries.has(key);

function subjectOf({ company, file, entries }: OpenedFile, event: Pick<EventFacts, 'kind' | 'cancelId'>) {
  const { kind, cancelId } = event;
  return { company, paymentId: file.paymentId, kind, cancelId, seq: entries.get(eventKey(event))?.seq ?? null };
}

/** The word `down` booked on: signed by `up`, on this very event, and what `up` itself keeps. */
async function holdPeerWord(
  { down, up, upKeys }: Link,
  key: string,
  { said, kept }: Word,
  report: Report,
): Promise<void> {
  const tell = (reason: FindingReason, expected: string | null, found: string | null): void =>
    report({ ...subjectOf(down, said), reason, expected, found });
  const own = up.words.get(key);
  const peerJws = kept?.peerJws ?? null;
  if (peerJws === null) {
    tell('peer-word-missing', `the signed word of ${up.company}`, null);
    return;
  }
  const isSameText = own?.kept?.ownJws === peerJws;
  const opened = isSameText ? { ok: true as const, value: own.said } : await openWord(peerJws, upKeys);
  if (!opened.ok) {
    tell('peer-word-forged', `the signed word of ${up.company}`, opened.detail);
    return;
  }
  const word = opened.value;
  if (word.company !== up.company || !agree(said, word)) {
    tell('peer-word-differs', describeEvent(said), `${word.company} said: ${describeEvent(word)}`);
    return;
  }
  if (hasEvent(up, key) && (own === undefined || agree(own.said, word))) return;
  const found = own === undefined ? null : describeEvent(own.said);
  report({ ...subjectOf(up, word), reason: 'counterpart-missing', expected: describeEvent(word), found });
}

/** Whether both speak of the same event, as far as both know it: each company knows the shares up to its own. */
function agree(a: BookingEvidence, b: BookingEvidence): boolean {
  const knowsMerchants = a.company !== 'card' && b.company !== 'card';
  const isTimed = a.kind !== 'reversal';
  return (
    a.paymentId === b.paymentId &&
    eventKey(a) === eventKey(b) &&
    a.tender === b.tender &&
    a.businessDate === b.businessDate &&
    (!isTimed || a.atMs === b.atMs) &&
    a.sale?.approvalNumber === b.sale?.approvalNumber &&
    a.split.chargedWon === b.split.chargedWon &&
    a.split.cardFeeWon === b.split.cardFeeWon &&
    (!knowsMerchants ||
      (a.sale?.couponId === b.sale?.couponId &&
        a.sale?.offerId === b.sale?.offerId &&
        a.merchantId === b.merchantId &&
        a.split.pgFeeWon === b.split.pgFeeWon &&
        a.split.operatorFeeWon === b.split.operatorFeeWon))
  );
}

/** What `up` has done must be at `down`, too, unless it came to nothing, or is still on its way. */
function holdUpstream({ down, up, closedDates, readAtMs }: Link, report: Report): number {
  const isOnItsWay = (event: Pick<BookingEvidence, 'atMs' | 'businessDate'>): boolean =>
    !closedDates.has(event.businessDate) &&
    (down.file.record?.isUnderWay === true || up.file.record?.isUnderWay === true || event.atMs > readAtMs);
  let underWay = 0;
  for (const key of new Set([...up.words.keys(), ...up.entries.keys()])) {
    const event = up.words.get(key)?.said ?? up.entries.get(key)?.entry;
    if (event === undefined || hasEvent(down, key) || isVoid(up, down)) continue;
    if (isOnItsWay(event)) underWay += 1;
    else {
      const expected = `${up.company} has: ${describeEvent(event)}`;
      report({ ...subjectOf(down, event), reason: 'counterpart-missing', expected, found: null });
    }
  }
  return underWay;
}

/** Sold and reversed before `down` heard of it: it never happened (망취소). */
function isVoid(up: OpenedFile, down: OpenedFile): boolean {
  const has = (file: OpenedFile, kind: 'sale' | 'reversal') => hasEvent(file, eventKey({ kind, cancelId: null }));
  return has(up, 'sale') && has(up, 'reversal') && !has(down, 'sale') && !has(down, 'reversal');
}
