import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import { decideOnApproval } from '../../../core/verify/payment-machine.ts';
import type { Payment } from '../../../ports/operator-payment-store.ts';
import { askPeer } from '../ask-peer.ts';
import type { OperatorContext } from '../operator-context.ts';
import { type Accepted, approve, decline, makeApprovalBody } from './authorise.ts';
import { provenApproval } from './pg-evidence.ts';
import { readStoredPayload } from './read-stored-payload.ts';

/**
 * S10 of a cash sale that was made offline. It has happened, so nothing is reversed: the PG, which is idempotent on the
 * payment id, is told until it has a clear word, also across restarts. Everything it must be told is on disk, for cash
 * needs no card box.
 */
export function bookRedemption(ctx: OperatorContext, payment: Accepted & Pick<Payment, 'requestJws'>): void {
  const attempt = async (): Promise<boolean> => {
    const { paymentId, couponId, requestJws } = payment;
    const coupon = couponId === null ? undefined : await ctx.store.findCoupon({ couponId });
    if (coupon === undefined) throw new ScanPayError('internal', `${paymentId} has no coupon`);
    const { registrationId } = coupon;
    const { expiresAtMs } = readStoredPayload<PaymentRequest>(requestJws);
    const body = makeApprovalBody(ctx, payment, { registrationId, expiresAtMs, cardBox: null });
    let word = await askPeer(ctx, () => ctx.pg.approve(body), ctx.limits.approvalDeadlineMs);
    // It has this payment from before something unimportant changed, such as the shop's name: its first word counts.
    if (word !== 'unknown' && !word.ok && word.code === 'payment_id_conflict') {
      word = await askPeer(ctx, () => ctx.pg.inquire(paymentId), ctx.limits.inquiryDeadlineMs);
    }
    const decision = decideOnApproval(await provenApproval(ctx, payment, word));
    if (decision.do === 'approve') return approve(ctx, payment, decision.reply);
    return decision.do === 'decline' ? decline(ctx, payment, decision.code) : false;
  };
  void ctx.authorisations.run(payment.paymentId, attempt);
}
