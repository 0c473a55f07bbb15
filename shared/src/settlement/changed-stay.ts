import Type, { type Static } from 'typebox';
import type { ScheduleOrder } from '../api/schedule.ts';
import type { Result } from '../errors.ts';
import {
  BusinessDateSchema,
  CouponIdSchema,
  createParser,
  EpochMsSchema,
  HeadcountSchema,
  OfferIdSchema,
  strictObject,
} from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';

/** The `typ` of a changed stay: it cannot pass as any other document. */
const stayTyp = 'scanpay-changed-stay+json';

/**
 * The PG's signed word on a changed schedule, without a word about whose or why: the operator keeps it beside the change,
 * for discounts by night or day follow from it.
 */
export const ChangedStaySchema = strictObject({
  v: Type.Literal(1),
  couponId: CouponIdSchema,
  offerId: OfferIdSchema,
  /** Counts the changes of this offer on the coupon. */
  number: Type.Integer({ minimum: 1, maximum: 1000 }),
  visitFrom: BusinessDateSchema,
  visitTo: BusinessDateSchema,
  headcount: HeadcountSchema,
  requestedAtMs: EpochMsSchema,
});
export type ChangedStay = Static<typeof ChangedStaySchema>;

const parseStay = createParser(ChangedStaySchema);

/** What is signed of a change. */
export function toChangedStay(order: ScheduleOrder): ChangedStay {
  const { couponId, offerId, number, after, requestedAtMs } = order;
  const { visitFrom, visitTo, headcount } = after;
  return { v: 1, couponId, offerId, number, visitFrom, visitTo, headcount, requestedAtMs };
}

export const signChangedStay = (order: ScheduleOrder, signer: JwsSigner): Promise<string> =>
  signJws(toChangedStay(order), signer, stayTyp);

/** Codes: signature_invalid, invalid_input. `resolveKey` must know only the PG's keys. */
export async function openChangedStay(jws: string, resolveKey: ResolveKey): Promise<Result<ChangedStay>> {
  const verified = await verifyJws(jws, resolveKey, stayTyp);
  return verified.ok ? parseStay(verified.value.payload) : verified;
}
