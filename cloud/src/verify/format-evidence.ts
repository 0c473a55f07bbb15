import type { EvidenceReport } from '../core/audit/audit-evidence.ts';
import type { EvidenceFinding, FindingReason } from '../core/audit/finding.ts';

/** One line where all follows; else each finding with what should be there and what is. */
export function formatEvidence({ payments, words, underWay, findings, findingCount }: EvidenceReport): string {
  const way = underWay === 0 ? '' : `, ${underWay} bookings still on their way`;
  const counted = `${payments} payments, ${words} signed bookings${way}`;
  if (findingCount === 0) return `ok    evidence ${counted}`;
  const left = findingCount - findings.length;
  const more = left === 0 ? [] : [`      and ${left} more`];
  return [`FAULT evidence ${counted}`, ...findings.map(describeFinding), ...more].join('\n');
}

function describeFinding({
  company,
  paymentId,
  kind,
  cancelId,
  seq,
  reason,
  expected,
  found,
}: EvidenceFinding): string {
  const where = seq === null ? `${company}` : `${company}, entry ${seq}`;
  const event = cancelId === null ? kind : `${kind} ${cancelId}`;
  const lines = [`      ${where}: ${event} of payment ${paymentId} ${words[reason]}`];
  if (expected !== null) lines.push(`        should be  ${expected}`);
  lines.push(`        is there   ${found ?? 'nothing'}`);
  return lines.join('\n');
}

const words: Readonly<Record<FindingReason, string>> = {
  'entry-missing': 'is signed for, and not in the book',
  'entry-unproven': 'is in the book, and the signed word on it is not there',
  'entry-differs': 'is in the book with other amounts, parties or dates than were signed',
  replayed: 'stands twice',
  'out-of-course': 'takes back what is not there to be taken back',
  'word-forged': 'has a word beside it that this company has not signed',
  'peer-word-missing': 'has no word of the company that did it',
  'peer-word-forged': 'has a word beside it that the company which did it has not signed',
  'peer-word-differs': 'is something else by the word of the company that did it',
  'counterpart-missing': 'is at the other company, and not here as it should be',
  'request-missing': 'was asked for by no terminal',
  'request-forged': 'has a request that the terminal has not signed',
  'request-differs': 'is not what the terminal asked for',
  'answer-missing': 'was not told to the terminal',
  'answer-forged': 'was told to the terminal in words that the operator has not signed',
  'answer-differs': 'was told to the terminal differently',
  'contract-unknown': 'pins a version of a contract that is not there, or was changed since',
  'contract-not-in-force': 'is divided by a version of the contract that did not hold for it',
  'fee-not-agreed': 'is not divided as the contract says',
  'payout-not-agreed': 'is to be paid on another date than the contract says',
};
