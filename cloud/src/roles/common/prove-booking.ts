import { type SaleBasis, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { toBookingEvidence } from '../../core/audit/booking-evidence.ts';
import type { Company, EntryEvidence, PaymentEntry } from '../../ports/ledger.ts';

/** Signs what is about to be booked, and puts beside it the words of the others that it follows from. */
export async function proveBooking(
  { company, signer }: { company: Company; signer: JwsSigner },
  entry: PaymentEntry,
  sale: SaleBasis | null,
  others: Partial<Omit<EntryEvidence, 'ownJws'>> = {},
): Promise<PaymentEntry & { evidence: EntryEvidence }> {
  const ownJws = await signBookingEvidence(toBookingEvidence(company, entry, sale), signer);
  return { ...entry, evidence: { ownJws, peerJws: null, toldJws: null, ...others } };
}
