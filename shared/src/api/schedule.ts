import Type, { type Static } from 'typebox';
import {
  AuthNumberSchema,
  BilingualSchema,
  BusinessDateSchema,
  CouponIdSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  HeadcountSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PaymentIdSchema,
  RegistrationIdSchema,
  ScheduleChangeIdSchema,
  strictObject,
} from '../schema.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** First and last day of a visit, and how many come. */
const schedule = { visitFrom: BusinessDateSchema, visitTo: BusinessDateSchema, headcount: HeadcountSchema };
const ScheduleSchema = strictObject(schedule);
export type Schedule = Static<typeof ScheduleSchema>;

/** Why, in the words of who asks; '' where nothing was said. */
const ReasonSchema = Type.String({ maxLength: 100 });

/** A customer asks for other dates or another headcount. The page makes `changeId`: sent twice it is one change. */
export const ScheduleChangeBodySchema = strictObject({
  changeId: ScheduleChangeIdSchema,
  offerId: OfferIdSchema,
  ...schedule,
  reason: ReasonSchema,
});
export type ScheduleChangeBody = Static<typeof ScheduleChangeBodySchema>;

/** The operator's staff does, for a customer; the operator passes it on to the PG as it is. */
export const StaffScheduleChangeBodySchema = strictObject({
  changeId: ScheduleChangeIdSchema,
  offerId: OfferIdSchema,
  ...schedule,
  reason: ReasonSchema,
  by: Type.String({ minLength: 1, maxLength: 60 }),
});
export type StaffScheduleChangeBody = Static<typeof StaffScheduleChangeBodySchema>;

const ScheduleChangeStateSchema = Type.Union([
  Type.Literal('pending'),
  Type.Literal('applied'),
  Type.Literal('refused'),
]);

/** One change as it is on record. */
const ScheduleChangeViewSchema = strictObject({
  changeId: ScheduleChangeIdSchema,
  before: ScheduleSchema,
  after: ScheduleSchema,
  requestedAtMs: EpochMsSchema,
  /** Null: the customer; else the name of who did it for the operator. */
  staffName: orNull(Type.String()),
  reason: ReasonSchema,
  /** `pending`: the operator has not answered yet. */
  state: ScheduleChangeStateSchema,
  /** Why it was refused. */
  code: orNull(ErrorCodeSchema),
});
export type ScheduleChangeView = Static<typeof ScheduleChangeViewSchema>;

/** An answer to a change that was not refused. */
export const ScheduleChangeReplySchema = strictObject({
  changeId: ScheduleChangeIdSchema,
  couponId: CouponIdSchema,
  offerId: OfferIdSchema,
  state: Type.Union([Type.Literal('pending'), Type.Literal('applied')]),
});
export type ScheduleChangeReply = Static<typeof ScheduleChangeReplySchema>;

const maxHistory = 200;

/** The schedules of a registration, for its customer. */
export const RegistrationScheduleSchema = strictObject({
  registrationId: RegistrationIdSchema,
  couponId: CouponIdSchema,
  validUntilMs: EpochMsSchema,
  items: Type.Array(
    strictObject({
      offerId: OfferIdSchema,
      title: BilingualSchema,
      ...schedule,
      /** The latest day a visit may end on. */
      lastDay: BusinessDateSchema,
      changesLeft: Type.Integer({ minimum: 0 }),
      /** Oldest first. */
      changes: Type.Array(ScheduleChangeViewSchema, { maxItems: maxHistory }),
    }),
    { maxItems: 10 },
  ),
});
export type RegistrationSchedule = Static<typeof RegistrationScheduleSchema>;

/**
 * PG → operator: put a change into the pre-registration DB. Idempotent on `changeId`; repeated until it is answered.
 * `number` counts the changes of an entitlement that were applied, this one included.
 */
export const ScheduleOrderSchema = strictObject({
  changeId: ScheduleChangeIdSchema,
  couponId: CouponIdSchema,
  offerId: OfferIdSchema,
  number: Type.Integer({ minimum: 1, maximum: 1000 }),
  before: ScheduleSchema,
  after: ScheduleSchema,
  requestedAtMs: EpochMsSchema,
  staffName: orNull(Type.String({ minLength: 1, maxLength: 40 })),
  reason: ReasonSchema,
});
export type ScheduleOrder = Static<typeof ScheduleOrderSchema>;

/** The order as it travels, with the PG's signed word on it (`ChangedStay`, compact JWS). */
export const SignedScheduleOrderSchema = strictObject({
  order: ScheduleOrderSchema,
  stayJws: Type.String({ minLength: 1, maxLength: 1_024 }),
});
export type SignedScheduleOrder = Static<typeof SignedScheduleOrderSchema>;

/** Final: asked again, the operator says the same. */
export const ScheduleDecisionSchema = Type.Union([
  strictObject({ outcome: Type.Literal('applied'), atMs: EpochMsSchema }),
  strictObject({ outcome: Type.Literal('refused'), code: ErrorCodeSchema, atMs: EpochMsSchema }),
]);
export type ScheduleDecision = Static<typeof ScheduleDecisionSchema>;

/** Which coupon the operator's staff looks for: by one of the two. */
export const CouponQuerySchema = strictObject({
  couponId: Type.Optional(CouponIdSchema),
  authNumber: Type.Optional(AuthNumberSchema),
});

/** What became of a customer who did not come in time. */
export const NoShowStateSchema = Type.Union([
  /** Has not come. */
  Type.Literal('absent'),
  Type.Literal('came-late'),
  /** Came in time, but it was told after the date was closed: a sale that was made offline. */
  Type.Literal('came-in-time'),
  /** The schedule was changed since. */
  Type.Literal('rescheduled'),
]);
export type NoShowState = Static<typeof NoShowStateSchema>;

const NoShowSchema = strictObject({
  couponId: CouponIdSchema,
  offerId: OfferIdSchema,
  title: BilingualSchema,
  merchantId: MerchantIdSchema,
  customerNameMasked: Type.String(),
  ...schedule,
  /** Nothing is charged for a no-show: nothing was paid beforehand. */
  recordedAtMs: EpochMsSchema,
  state: NoShowStateSchema,
  /** The payment by which the customer came after all. */
  paymentId: orNull(PaymentIdSchema),
});
export type NoShow = Static<typeof NoShowSchema>;

/** A coupon and its schedules, for the operator's staff. */
export const CouponScheduleSchema = strictObject({
  couponId: CouponIdSchema,
  customerNameMasked: Type.String(),
  validUntilMs: EpochMsSchema,
  revokedAtMs: orNull(EpochMsSchema),
  items: Type.Array(
    strictObject({
      offerId: OfferIdSchema,
      title: BilingualSchema,
      merchantId: MerchantIdSchema,
      ...schedule,
      uses: Type.Integer({ minimum: 1 }),
      usesLeft: Type.Integer({ minimum: 0 }),
      noShows: Type.Array(strictObject({ visitTo: BusinessDateSchema, state: NoShowStateSchema })),
      /** Those the operator has decided on, oldest first. */
      changes: Type.Array(ScheduleChangeViewSchema, { maxItems: maxHistory }),
    }),
    { maxItems: 10 },
  ),
});
export type CouponSchedule = Static<typeof CouponScheduleSchema>;

export const NoShowQuerySchema = strictObject({
  /** The last day of the visit. */
  date: BusinessDateSchema,
  merchantId: Type.Optional(MerchantIdSchema),
});
export const maxNoShowsShown = 1_000;

/** The no-shows of one day. */
export const NoShowListSchema = strictObject({
  date: BusinessDateSchema,
  /** False: the date is not closed yet, or is still being gone through; nothing is final. */
  isComplete: Type.Boolean(),
  /** Of every merchant that has any, or of the one that was asked for. */
  counts: Type.Array(
    strictObject({
      merchantId: MerchantIdSchema,
      absent: Type.Integer({ minimum: 0 }),
      cameLate: Type.Integer({ minimum: 0 }),
      cameInTime: Type.Integer({ minimum: 0 }),
      rescheduled: Type.Integer({ minimum: 0 }),
    }),
  ),
  /** The first of them, by merchant. */
  noShows: Type.Array(NoShowSchema, { maxItems: maxNoShowsShown }),
});
export type NoShowList = Static<typeof NoShowListSchema>;
