import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { CouponId } from '@scanpay/shared/ids.ts';
import { signJws } from '@scanpay/shared/wire/envelope.ts';
import { withinDeadline } from '../common/deadline.ts';
import type { PgContext } from './pg-context.ts';

/** `typ` of a signed deletion record. */
export const cardDeletionTyp = 'scanpay-card-deletion+json';

/** S05, signed: this company no longer holds the card data of this coupon. */
export interface CardDeletionRecord {
  v: 1;
  couponId: CouponId;
  company: 'pg';
  deleted: 'card-box';
  deletedAtMs: number;
  /** `operator`: the barcode is made (S05). `time-limit`: it was not made in time. */
  requestedBy: 'operator' | 'time-limit';
}

/** How many overdue card boxes one sweep deletes. */
const sweepLimit = 500;

/**
 * Deletes the card data of one coupon and returns the signed record; asked again, the same record. Refuses with
 * `coupon_unknown`.
 * @throws ScanPayError `upstream_unavailable` when the files could not be cleared yet; asking again finishes it.
 */
export async function deleteCard(
  ctx: PgContext,
  couponId: CouponId,
  requestedBy: CardDeletionRecord['requestedBy'],
): Promise<Result<string>> {
  const { store, scheduler, keys, config } = ctx;
  const registration = await store.findRegistrationByCoupon(couponId);
  if (registration === undefined) return refuse('coupon_unknown');
  let deletion = await store.findCardDeletion(couponId);
  if (deletion === undefined) {
    const deletedAtMs = scheduler.nowMs();
    const record: CardDeletionRecord = { v: 1, couponId, company: 'pg', deleted: 'card-box', deletedAtMs, requestedBy };
    const recordJws = await signJws(record, keys.signer, cardDeletionTyp);
    const state = requestedBy === 'operator' ? 'handed-over' : null;
    deletion = await store.deleteCardBox({ couponId, recordJws, deletedAtMs }, state);
  } else if (requestedBy === 'operator' && registration.state === 'stored') {
    // The time limit was faster, but the operator had the card box all the same.
    await store.setRegistrationState(registration.registrationId, 'handed-over');
  }
  const isErased = await withinDeadline(scheduler, ctx.eraser.erase(), config.undoReplyMs);
  if (isErased !== true) throw new ScanPayError('upstream_unavailable', 'the files are not cleared yet');
  return accept(deletion.recordJws);
}

/** The time limit of S02: card data that nobody fetched in time is deleted all the same. */
export async function deleteOverdueCards(ctx: PgContext): Promise<void> {
  const overdue = await ctx.store.listOverdueCardBoxes(ctx.scheduler.nowMs(), sweepLimit);
  await Promise.all(overdue.map((couponId) => deleteCard(ctx, couponId, 'time-limit')));
  if (overdue.length > 0) ctx.log.warn({ count: overdue.length }, 'card data deleted at its time limit');
}
