import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import {
  type BookingEvidence,
  openBookingEvidence,
  type SaleBasis,
} from '@scanpay/shared/settlement/booking-evidence.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { Company, PaymentEntry } from '../../ports/ledger.ts';

/** What a company signs of an entry; `sale`: what it rests on, for a sale. */
export function toBookingEvidence(company: Company, entry: PaymentEntry, sale: SaleBasis | null): BookingEvidence {
  const { kind, paymentId, cancelId, merchantId, deviceId, tender, split, businessDate, payoutDate, atMs } = entry;
  const subject = { company, kind, paymentId, cancelId, merchantId, deviceId, tender, split } as const;
  return { v: 1, ...subject, businessDate, ...(payoutDate === null ? {} : { payoutDate }), atMs, sale };
}

/** What the company that asked knows of what was done for it; a member that is left out is not compared. */
export interface ExpectedBooking extends Pick<BookingEvidence, 'company' | 'kind' | 'paymentId' | 'businessDate'> {
  cancelId: BookingEvidence['cancelId'];
  split: Partial<BookingEvidence['split']>;
  atMs?: number;
  approvalNumber?: string;
}

/**
 * The word of the company that was asked, held against what was asked of it before anything is booked on it.
 * Codes: signature_invalid, invalid_input (it is the word on something else).
 */
export async function checkPeerEvidence(
  jws: string,
  resolveKey: ResolveKey,
  expected: ExpectedBooking,
): Promise<Result<BookingEvidence>> {
  const opened = await openBookingEvidence(jws, resolveKey);
  if (!opened.ok) return opened;
  const said = opened.value;
  const { split, approvalNumber, ...members } = expected;
  const differing = Object.entries(members).find(([name, value]) => said[name as keyof BookingEvidence] !== value);
  if (differing !== undefined) return refuse('invalid_input', `/evidenceJws: another ${differing[0]}`);
  const share = Object.entries(split).find(([name, value]) => said.split[name as keyof typeof said.split] !== value);
  if (share !== undefined) return refuse('invalid_input', `/evidenceJws: another ${share[0]}`);
  if (approvalNumber !== undefined && said.sale?.approvalNumber !== approvalNumber) {
    return refuse('invalid_input', '/evidenceJws: another approvalNumber');
  }
  return accept(said);
}
