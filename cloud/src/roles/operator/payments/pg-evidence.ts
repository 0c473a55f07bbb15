import type { CancellationReply, ReversalReply } from '@scanpay/shared/api/pg.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import { splitRefund } from '@scanpay/shared/money.ts';
import type { SaleBasis } from '@scanpay/shared/settlement/booking-evidence.ts';
import { checkPeerEvidence, type ExpectedBooking } from '../../../core/audit/booking-evidence.ts';
import type { PgWord } from '../../../core/verify/payment-machine.ts';
import type { EntryEvidence, PaymentEntry } from '../../../ports/ledger.ts';
import type { Cancel, Payment, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import { proveBooking } from '../../common/prove-booking.ts';
import type { OperatorContext } from '../operator-context.ts';

/** What is about to be booked, with its evidence. */
export function prove(
  ctx: OperatorContext,
  entry: PaymentEntry,
  sale: SaleBasis | null,
  others: Pick<EntryEvidence, 'peerJws' | 'toldJws'>,
): Promise<PaymentEntry> {
  return proveBooking({ company: 'operator', signer: ctx.keys.message }, entry, sale, others);
}

async function isProven(
  ctx: OperatorContext,
  evidenceJws: string | null,
  expected: Omit<ExpectedBooking, 'company'>,
): Promise<boolean> {
  const checked = await checkPeerEvidence(evidenceJws ?? '', ctx.resolvePgKey, { company: 'pg', ...expected });
  if (checked.ok) return true;
  const { paymentId, kind } = expected;
  const { code, detail } = checked;
  ctx.log.error({ paymentId, kind, code, detail }, 'the PG has not signed what it says');
  return false;
}

/** The PG's word on an approval; one that it has not signed says nothing. */
export async function provenApproval(
  ctx: OperatorContext,
  payment: Pick<Payment, 'paymentId' | 'businessDate'> & { terms: PaymentTerms },
  word: PgWord,
): Promise<PgWord> {
  if (word === 'unknown' || !word.ok || word.value.outcome !== 'approved') return word;
  const { evidenceJws, approvalNumber, approvedAtMs: atMs } = word.value;
  const { paymentId, businessDate, terms } = payment;
  const expected = { kind: 'sale', paymentId, cancelId: null, businessDate, split: terms.split } as const;
  return (await isProven(ctx, evidenceJws, { ...expected, atMs, approvalNumber })) ? word : 'unknown';
}

/** The same for a reversal: what was booked is taken back on a signed word alone. */
export async function provenReversal(
  ctx: OperatorContext,
  { paymentId, businessDate, reversalDate, booked, terms }: Payment,
  word: Result<ReversalReply> | 'unknown',
): Promise<Result<ReversalReply> | 'unknown'> {
  if (word === 'unknown' || !word.ok || !booked || terms === null) return word;
  const expected = { kind: 'reversal', paymentId, cancelId: null, split: terms.split } as const;
  const at = { businessDate: reversalDate ?? businessDate };
  return (await isProven(ctx, word.value.evidenceJws, { ...expected, ...at })) ? word : 'unknown';
}

/** The same for a cancel. */
export async function provenCancellation(
  ctx: OperatorContext,
  { cancelId, paymentId, amountWon, businessDate }: Cancel,
  { terms, refunded }: Payment,
  word: Result<CancellationReply> | 'unknown',
): Promise<Result<CancellationReply> | 'unknown'> {
  if (word === 'unknown' || !word.ok || word.value.outcome !== 'cancelled') return word;
  if (terms === null || businessDate === null) return word;
  const split = splitRefund(terms.split, refunded.refundedWon, amountWon);
  const { evidenceJws, cancelledAtMs: atMs } = word.value;
  const expected = { kind: 'cancel', paymentId, cancelId, businessDate, split, atMs } as const;
  return (await isProven(ctx, evidenceJws, expected)) ? word : 'unknown';
}
