import type { PgPaymentStep } from '../../core/approve/pg-payment.ts';
import type { EntryEvidence } from '../../ports/ledger.ts';
import type { Booking } from '../../ports/pg-store.ts';
import { proveBooking } from '../common/prove-booking.ts';
import type { PgContext } from './pg-context.ts';

/** What a step books, with its evidence; `peerJws`: the card company's word. A sale's own word is its approval's. */
export async function proveStep(
  ctx: PgContext,
  { payment, booking }: PgPaymentStep,
  peerJws: EntryEvidence['peerJws'],
): Promise<Booking> {
  const { entry } = booking;
  if (entry?.kind !== 'sale' || payment.approval === null) return proveUndoing(ctx, booking, peerJws);
  const evidence = { ownJws: payment.approval.evidenceJws, peerJws, toldJws: null };
  return { ...booking, entry: { ...entry, evidence } };
}

/** The same for a cancel or reversal. */
export async function proveUndoing(
  ctx: PgContext,
  booking: Booking,
  peerJws: EntryEvidence['peerJws'],
): Promise<Booking> {
  const { entry } = booking;
  if (entry === null) return booking;
  return {
    ...booking,
    entry: await proveBooking({ company: 'pg', signer: ctx.keys.signer }, entry, null, { peerJws }),
  };
}
