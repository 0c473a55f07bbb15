import Type, { type Static } from 'typebox';
import type { Result } from '../errors.ts';
import {
  BusinessDateSchema,
  CancelIdSchema,
  CouponIdSchema,
  createParser,
  DeviceIdSchema,
  EpochMsSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PaymentIdSchema,
  SplitSchema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';
import { StatementLineKindSchema } from './statement.ts';

/** The `typ` of a signed booking: it cannot pass as any other document. */
const bookingTyp = 'scanpay-booking+json';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** What a sale rests on, as far as the company knows it. */
const SaleBasisSchema = strictObject({
  approvalNumber: Type.String({ pattern: '^[0-9]{8}$' }),
  /** Only for card tender. */
  cardLast4: orNull(Type.String({ pattern: '^[0-9]{4}$' })),
  couponId: orNull(CouponIdSchema),
  offerId: orNull(OfferIdSchema),
  /** The version of the company's own contract; null: from before it was kept. */
  contractVersion: orNull(Type.Integer({ minimum: 1 })),
});
export type SaleBasis = Static<typeof SaleBasisSchema>;

/**
 * A company's signed word on what it booked of a payment: all that its ledger entry says but the postings, which follow.
 * It keeps it beside the entry, and gives it to the company that asked, who books on it: neither can then change or lose
 * what was done without the other's copy showing it.
 */
export const BookingEvidenceSchema = strictObject({
  v: Type.Literal(1),
  company: Type.Union([Type.Literal('card'), Type.Literal('pg'), Type.Literal('operator')]),
  kind: StatementLineKindSchema,
  paymentId: PaymentIdSchema,
  cancelId: orNull(CancelIdSchema),
  /** Null at the card company, which books no merchants. */
  merchantId: orNull(MerchantIdSchema),
  /** Null at all but the operator. */
  deviceId: orNull(DeviceIdSchema),
  tender: TenderSchema,
  /** What this event moves, always positive: a refund's is its own part of the sale's. */
  split: SplitSchema,
  businessDate: BusinessDateSchema,
  /** The operator's alone: from when on the merchant is paid for it, by the contract version of the sale. */
  payoutDate: Type.Optional(BusinessDateSchema),
  atMs: EpochMsSchema,
  /** Null for cancels and reversals: they go by their sale's. */
  sale: orNull(SaleBasisSchema),
});
export type BookingEvidence = Static<typeof BookingEvidenceSchema>;

/** Longest compact JWS of one, in characters. */
const maxEvidenceChars = 2_048;
/** A signed booking as it travels beside an answer. */
export const EvidenceJwsSchema = Type.String({ minLength: 1, maxLength: maxEvidenceChars });

const parseBooking = createParser(BookingEvidenceSchema);

export const signBookingEvidence = (booking: BookingEvidence, signer: JwsSigner): Promise<string> =>
  signJws(booking, signer, bookingTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the keys of the company one expects. */
export async function openBookingEvidence(jws: string, resolveKey: ResolveKey): Promise<Result<BookingEvidence>> {
  const verified = await verifyJws(jws, resolveKey, bookingTyp);
  return verified.ok ? parseBooking(verified.value.payload) : verified;
}
