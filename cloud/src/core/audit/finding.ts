import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Company, PaymentEntry } from '../../ports/ledger.ts';

/** Why something does not follow; each is put in words by `describeFinding`. */
export type FindingReason =
  /** Signed evidence says that it was booked, and it is not in the book. */
  | 'entry-missing'
  /** It is in the book, and nothing signed says so. */
  | 'entry-unproven'
  /** The book says something else than the company signed. */
  | 'entry-differs'
  /** The same event stands twice. */
  | 'replayed'
  /** A refund or reversal of what is not there to be given back. */
  | 'out-of-course'
  /** The company's own word is not signed by any key of its own that is trusted. */
  | 'word-forged'
  /** The word of the company that was asked is gone, is not signed by it, or says something else. */
  | 'peer-word-missing'
  | 'peer-word-forged'
  | 'peer-word-differs'
  /** Another company's signed word, or book, has what this company has nothing of. */
  | 'counterpart-missing'
  /** What the terminal asked for is gone, is not signed by it, or is something else. */
  | 'request-missing'
  | 'request-forged'
  | 'request-differs'
  /** What the terminal was told is gone, is not signed by the operator, or is something else. */
  | 'answer-missing'
  | 'answer-forged'
  | 'answer-differs'
  /** It was done on another date than the terminal, by what it signed, can have asked for it. */
  | 'date-differs'
  /** Another headcount, visit or offer than the terminal asked for, or its clerk confirmed. */
  | 'visit-differs'
  /** The PG's word on the coupon is gone, is not signed by it, or is on another one. */
  | 'coupon-missing'
  | 'coupon-forged'
  /** The coupon was not sold for this offer at this merchant. */
  | 'offer-not-sold'
  /** It was used more often than the PG sold it. */
  | 'used-too-often'
  /** The terms that cash was taken by offline are not there, or not as the terminal signed for them. */
  | 'terms-unknown'
  /** Charged is something else than list price, coupon and contract make. */
  | 'discount-not-agreed'
  /** The version of the contract that was pinned is not there, or not as it was pinned; is not that of the date; divides otherwise. */
  | 'contract-unknown'
  | 'contract-not-in-force'
  | 'fee-not-agreed'
  /** The terminal was told of another taxation than that version's. */
  | 'tax-not-agreed'
  /** It is to be paid on a date that the cycle of that version does not give. */
  | 'payout-not-agreed';

/** An event of a payment as it stands in a book or in evidence. */
export type EventFacts = Pick<PaymentEntry, 'kind' | 'cancelId' | 'tender' | 'merchantId' | 'split' | 'businessDate'> &
  Partial<Pick<PaymentEntry, 'payoutDate'>>;

/** Something in a company's book or evidence that does not follow. */
export interface EvidenceFinding {
  company: Company;
  paymentId: PaymentId;
  kind: PaymentEntry['kind'];
  cancelId: CancelId | null;
  /** Where in the company's book; null: it is not there. */
  seq: number | null;
  reason: FindingReason;
  /** What should be there, in words; null: nothing. */
  expected: string | null;
  /** What is there; null: nothing. */
  found: string | null;
}

const shares = ['chargedWon', 'cardFeeWon', 'pgFeeWon', 'operatorFeeWon', 'merchantShareWon'] as const;
const shareWords = ['charged', 'card fee', 'PG fee', 'operator fee', 'share'] as const;

/** `sale of 2026-11-23, card, m-1: charged 12345, card fee 222, …`, in won. */
export function describeEvent({ kind, tender, merchantId, split, businessDate, payoutDate }: EventFacts): string {
  const where = `${merchantId === null ? '' : `, ${merchantId}`}${payoutDate ? `, paid on ${payoutDate}` : ''}`;
  const amounts = shares.map((share, at) => `${shareWords[at]} ${split[share]}`);
  return `${kind} of ${businessDate}, ${tender}${where}: ${amounts.join(', ')}`;
}

/** `at box-1, 2026-11-23 12:00:00: pg-receivable 12123, fee-income -617, …`: an entry by its accounts, debit positive. */
export function describePostings({ deviceId, atMs, postings }: Pick<PaymentEntry, 'deviceId' | 'atMs' | 'postings'>) {
  const where = deviceId === null ? '' : `${deviceId}, `;
  const amounts = postings.map(({ account, amountWon }) => `${account} ${amountWon}`);
  return `at ${where}${formatSeoulTime(atMs)}: ${amounts.join(', ')}`;
}

/** Names an event among those of its payment. */
export const eventKey = ({ kind, cancelId }: Pick<EventFacts, 'kind' | 'cancelId'>): string =>
  `${kind}/${cancelId ?? ''}`;
