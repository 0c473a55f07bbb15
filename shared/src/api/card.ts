import Type, { type Static } from 'typebox';
import {
  AmountWonSchema,
  BusinessDateSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  MerchantIdSchema,
  PayableWonSchema,
  PaymentIdSchema,
  strictObject,
} from '../schema.ts';
import { EvidenceJwsSchema } from '../settlement/booking-evidence.ts';

/** S10, PG → card company: authorise and capture. The only call that carries a card number; it is never stored. */
export const AuthorisationBodySchema = strictObject({
  paymentId: PaymentIdSchema,
  cardNumber: Type.String({ pattern: '^[0-9]{13,19}$' }),
  /** MM/YY. */
  expiry: Type.String({ pattern: '^(0[1-9]|1[0-2])/[0-9]{2}$' }),
  amountWon: PayableWonSchema,
  /** The shop behind the PG, whose card fee may have been agreed for it alone. */
  merchantId: MerchantIdSchema,
  merchantName: Type.String({ minLength: 1, maxLength: 60 }),
  /** Where S12's payment notice goes: the cardholder's mobile number. */
  noticeMobile: Type.String({ pattern: '^01[016789][0-9]{7,8}$' }),
  businessDate: BusinessDateSchema,
  expiresAtMs: EpochMsSchema,
});
export type AuthorisationBody = Static<typeof AuthorisationBodySchema>;

export const AuthorisationReplySchema = Type.Union([
  strictObject({
    outcome: Type.Literal('approved'),
    approvalNumber: Type.String({ pattern: '^[0-9]{8}$' }),
    approvedAtMs: EpochMsSchema,
    cardLast4: Type.String({ pattern: '^[0-9]{4}$' }),
    /** By the card company's own contract with the PG. */
    cardFeeWon: AmountWonSchema,
    /** The card company's signed word on the charge (see `BookingEvidenceSchema`). */
    evidenceJws: EvidenceJwsSchema,
  }),
  strictObject({ outcome: Type.Literal('declined'), code: ErrorCodeSchema }),
  strictObject({ outcome: Type.Literal('reversed') }),
]);
export type AuthorisationReply = Static<typeof AuthorisationReplySchema>;
