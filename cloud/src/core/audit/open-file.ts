import type { Result } from '@scanpay/shared/errors.ts';
import { type BookingEvidence, openBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { Company, PaymentEntry } from '../../ports/ledger.ts';
import type { KeptEvidence, PaymentFile } from '../../ports/payment-files.ts';
import { areSamePostings } from '../settle/check-book.ts';
import { makePaymentEntry } from '../settle/ledger.ts';
import { createPaymentCourse } from '../settle/payment-course.ts';
import { type DatedKeys, holdToTime } from './dated-keys.ts';
import { describeEvent, describePostings, type EvidenceFinding, eventKey } from './finding.ts';

/** The company's word on one event, its signature checked, with what was kept beside it. */
export interface Word {
  said: BookingEvidence;
  /** Null: the company's record of the payment says so, but nothing is kept beside the entry. */
  kept: KeptEvidence | null;
}

export interface BookedEntry {
  seq: number;
  entry: PaymentEntry;
}

/** One company's side of a payment, opened. */
export interface OpenedFile {
  company: Company;
  file: PaymentFile;
  /** By `eventKey`. */
  words: Map<string, Word>;
  /** By `eventKey`; of two of the same event the first. */
  entries: Map<string, BookedEntry>;
}

type Report = (finding: EvidenceFinding) => void;

/** A company's word on an event, signed by a key that was its own then. Codes: signature_invalid, invalid_input. */
export async function openWord(jws: string, keys: DatedKeys): Promise<Result<BookingEvidence>> {
  return holdToTime(await openBookingEvidence(jws, keys.resolve), jws, keys, ({ atMs }) => [atMs]);
}

/** Opens what a company keeps of a payment, and holds its book against its own signed words. */
export async function openFile(
  company: Company,
  file: PaymentFile,
  ownKeys: DatedKeys,
  report: Report,
): Promise<OpenedFile> {
  const { paymentId } = file;
  const words = new Map<string, Word>();
  for (const kept of file.evidence) {
    const opened = await openWord(kept.ownJws, ownKeys);
    const isOwn = opened.ok && opened.value.company === company && opened.value.paymentId === paymentId;
    if (!isOwn) {
      const found = opened.ok ? `the word of ${opened.value.company} on ${opened.value.paymentId}` : opened.detail;
      report({ ...entryAt(file, company, kept.seq), reason: 'word-forged', expected: null, found });
      continue;
    }
    const key = eventKey(opened.value);
    if (words.has(key)) reportReplay(opened.value, { company, seq: kept.seq, report });
    else words.set(key, { said: opened.value, kept });
  }
  await addRecorded(company, file, ownKeys, words);
  const opened: OpenedFile = { company, file, words, entries: collectEntries(company, file, report) };
  holdBook(opened, report);
  return opened;
}

/** A sale whose word is gone from beside the entry may still stand in the company's record of the payment. */
async function addRecorded(
  company: Company,
  { paymentId, record }: PaymentFile,
  ownKeys: DatedKeys,
  words: Map<string, Word>,
): Promise<void> {
  const saleJws = record?.saleJws ?? null;
  if (saleJws === null || words.has(eventKey({ kind: 'sale', cancelId: null }))) return;
  const opened = await openWord(saleJws, ownKeys);
  if (!opened.ok || opened.value.company !== company || opened.value.paymentId !== paymentId) return;
  words.set(eventKey(opened.value), { said: opened.value, kept: null });
}

function collectEntries(company: Company, { entries }: PaymentFile, report: Report): Map<string, BookedEntry> {
  const byKey = new Map<string, BookedEntry>();
  for (const { seq, entry } of entries) {
    if (entry.kind === 'payout' || entry.kind === 'transfer') continue;
    const key = eventKey(entry);
    if (byKey.has(key)) reportReplay(entry, { company, seq, report });
    else byKey.set(key, { seq, entry });
  }
  return byKey;
}

function reportReplay(
  event: PaymentEntry | BookingEvidence,
  { company, seq, report }: { company: Company; seq: number; report: Report },
): void {
  const { paymentId, kind, cancelId } = event;
  const found = describeEvent(event);
  report({ company, paymentId, kind, cancelId, seq, reason: 'replayed', expected: null, found });
}

/** Which event an entry of this number is of; if there is none, of the sale. */
function entryAt({ paymentId, entries }: PaymentFile, company: Company, seq: number) {
  const entry = entries.find((each) => each.seq === seq)?.entry;
  const event = entry === undefined || entry.kind === 'payout' || entry.kind === 'transfer' ? undefined : entry;
  const subject = { kind: event?.kind ?? 'sale', cancelId: event?.cancelId ?? null } as const;
  return { company, paymentId, ...subject, seq: entry === undefined ? null : seq };
}

/** Every entry by a word, every word by an entry, and each what follows from those before it. */
function holdBook({ company, file, words, entries }: OpenedFile, report: Report): void {
  const { paymentId } = file;
  const course = createPaymentCourse();
  for (const [key, { seq, entry }] of entries) {
    const { kind, cancelId } = entry;
    const at = { company, paymentId, kind, cancelId, seq };
    const word = words.get(key);
    const found = describeEvent(entry);
    if (word === undefined) report({ ...at, reason: 'entry-unproven', expected: null, found });
    else if (!isAsSaid(company, entry, word.said)) {
      report({ ...at, reason: 'entry-differs', ...describeBoth(company, entry, word.said) });
    } else if (word.kept === null)
      report({ ...at, reason: 'entry-unproven', expected: describeEvent(word.said), found });
    if (!course.take(word?.said ?? entry)) report({ ...at, reason: 'out-of-course', expected: null, found });
  }
  for (const [key, { said }] of words) {
    if (entries.has(key)) continue;
    const { kind, cancelId } = said;
    const expected = describeEvent(said);
    report({ company, paymentId, kind, cancelId, seq: null, reason: 'entry-missing', expected, found: null });
  }
}

/** The entry that must follow from the word, worked out anew. */
function entryOf(company: Company, said: BookingEvidence): PaymentEntry {
  const { kind, paymentId, cancelId, merchantId, deviceId, tender, split, atMs, businessDate, payoutDate } = said;
  const event = { kind, paymentId, cancelId, merchantId, deviceId, tender, split, atMs, businessDate };
  return makePaymentEntry(company, { ...event, payoutDate: payoutDate ?? null });
}

function isAsSaid(company: Company, entry: PaymentEntry, said: BookingEvidence): boolean {
  const { chargedWon, cardFeeWon, pgFeeWon, operatorFeeWon, merchantShareWon } = said.split;
  if (cardFeeWon + pgFeeWon + operatorFeeWon + merchantShareWon !== chargedWon) return false;
  const expected = entryOf(company, said);
  return (
    entry.merchantId === expected.merchantId &&
    entry.deviceId === expected.deviceId &&
    entry.tender === expected.tender &&
    entry.atMs === expected.atMs &&
    entry.payoutDate === expected.payoutDate &&
    describeEvent(entry) === describeEvent(said) &&
    areSamePostings(expected.postings, entry.postings)
  );
}

/** What the word says and what stands in the book: where the amounts are the same, how they were booked. */
function describeBoth(company: Company, entry: PaymentEntry, said: BookingEvidence) {
  const [expected, found] = [describeEvent(said), describeEvent(entry)];
  if (expected !== found) return { expected, found };
  return { expected: describePostings(entryOf(company, said)), found: describePostings(entry) };
}
