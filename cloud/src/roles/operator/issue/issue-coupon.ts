import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { makeAuthNumber } from '@scanpay/shared/auth-barcode/auth-number.ts';
import { customerIdOf } from '@scanpay/shared/auth-barcode/registration-box.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CouponId } from '@scanpay/shared/ids.ts';
import { toBarcodeValidity } from '../../../core/issue/barcode-validity.ts';
import { makeCouponTexts } from '../../../core/issue/coupon-texts.ts';
import { makeCouponLink, makeMmsText, makeScheduleLink, mmsSubject } from '../../../core/issue/mms-text.ts';
import type { IssueRecord } from '../../../ports/operator-store.ts';
import { withinDeadline } from '../../common/deadline.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { makeDeletionRecord } from './deletion-record.ts';
import { maxPictureOffers, renderPicture } from './render-picture.ts';

/** One auth number in a hundred thousand million is taken already; ten in a row mean broken randomness. */
const maxDraws = 10;
/** How many coupons one sweep takes up again. */
const sweepLimit = 1_000;

/** S04–S06: carries the coupon on until it is sent, across failures. False: stopped before. */
export function issueCoupon(ctx: OperatorContext, couponId: CouponId): Promise<boolean> {
  return ctx.issues.run(couponId, () => tryIssue(ctx, couponId));
}

/** Takes up again what a crash or a failure left behind. */
export async function resumeIssues(ctx: OperatorContext): Promise<void> {
  if (ctx.issues.size() >= sweepLimit) return;
  for (const couponId of await ctx.store.listUnsent(sweepLimit)) {
    if (!ctx.issues.has(couponId)) void issueCoupon(ctx, couponId);
  }
}

async function tryIssue(ctx: OperatorContext, couponId: CouponId): Promise<boolean> {
  let record = await ctx.store.findIssue(couponId);
  // Each step ends in the next state, on disk; a step that another worker was faster with is read, not repeated.
  while (record !== undefined && record.state !== 'sent') {
    if (record.state === 'stored') await seal(ctx, record);
    else if (record.state === 'sealed') {
      if (!(await deleteCards(ctx, record))) return false;
    } else await send(ctx, record);
    record = await ctx.store.findIssue(couponId);
  }
  return true;
}

/** S04: makes barcode and auth number; the card box goes in the same commit. */
async function seal(ctx: OperatorContext, record: IssueRecord): Promise<void> {
  const { couponId, name, mobile, registrationId, cardBox } = record;
  if (cardBox === null) throw new ScanPayError('internal', `${couponId}: the card box is missing`);
  const registration = { name, mobile, customerId: customerIdOf(registrationId) };
  const barcode = sealAuthBarcode(
    { couponId, registration, cardBox: Buffer.from(cardBox, 'base64url'), ...toBarcodeValidity(record) },
    ctx.keys,
  );
  for (let draw = 0; draw < maxDraws; draw++) {
    const authNumber = makeAuthNumber(ctx.randomBytes);
    const outcome = await ctx.store.sealCoupon(couponId, barcode, authNumber, ctx.scheduler.nowMs());
    if (outcome !== 'auth-number-taken') return;
  }
  throw new ScanPayError('internal', `${couponId}: no free auth number`);
}

/** S05: the PG deletes its copy, and both signed records are kept. */
async function deleteCards(ctx: OperatorContext, { couponId }: IssueRecord): Promise<boolean> {
  const answer = await askPeer(ctx, () => ctx.pg.deleteCard(couponId), ctx.limits.inquiryDeadlineMs);
  if (answer === 'unknown') return false;
  if (!answer.ok) {
    ctx.log.error({ couponId, code: answer.code, detail: answer.detail }, 'the PG does not delete the card data');
    return false;
  }
  const nowMs = ctx.scheduler.nowMs();
  const own = await makeDeletionRecord(couponId, 'card-box', nowMs, ctx.keys.message);
  const theirs = { company: 'pg', subject: 'card', recordJws: answer.value, atMs: nowMs } as const;
  await ctx.store.recordDeletions(couponId, [own, theirs]);
  return true;
}

/** S06: the picture and the words beside it leave by MMS; then the barcode goes too. */
async function send(ctx: OperatorContext, record: IssueRecord): Promise<void> {
  const { couponId, barcode, authNumber, mobile } = record;
  if (barcode === null || authNumber === null)
    throw new ScanPayError('internal', `${couponId}: the barcode is missing`);
  const facts = { ...record, authNumber };
  const { couponPageBaseUrl, schedulePageBaseUrl = null } = ctx;
  const links = {
    coupon: couponPageBaseUrl === null ? null : makeCouponLink(couponPageBaseUrl, barcode),
    schedule: schedulePageBaseUrl === null ? null : makeScheduleLink(schedulePageBaseUrl, record.registrationId),
  };
  const sending = ctx.mms.send({
    toMobile: mobile,
    subject: mmsSubject,
    text: makeMmsText(facts, links),
    jpeg: await renderPicture(barcode, makeCouponTexts(facts, maxPictureOffers)),
    idempotencyKey: couponId,
  });
  const isTaken = sending.then(() => true as const);
  if ((await withinDeadline(ctx.scheduler, isTaken, ctx.limits.mmsDeadlineMs)) === undefined) {
    throw new ScanPayError('upstream_unavailable', 'the MMS gateway does not answer');
  }
  const nowMs = ctx.scheduler.nowMs();
  const deletion = await makeDeletionRecord(couponId, 'barcode', nowMs, ctx.keys.message);
  await ctx.store.markSent(couponId, deletion, nowMs);
  void ctx.eraser.erase();
}
