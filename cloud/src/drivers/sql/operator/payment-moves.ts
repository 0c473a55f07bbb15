import type { CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { sql, type Updateable } from 'kysely';
import type { PaymentState } from '../../../ports/operator-payment-store.ts';
import { prepareQuery } from '../prepare-query.ts';
import type { OperatorTables, PaymentTable } from './tables.ts';
import type { OperatorTrx } from './transaction.ts';

interface Move {
  paymentId: PaymentId;
  from: readonly PaymentState[];
  to: Updateable<PaymentTable>;
}
const changePayment = prepareQuery<OperatorTables, Move, unknown>((db, { paymentId, from, to }) =>
  db.updateTable('operator_payments').set(to).where('payment_id', '=', paymentId).where('state', 'in', from),
);

/** Moves a payment out of one of the named states; false: it is in none of them any more. */
export async function movePayment(
  trx: OperatorTrx,
  paymentId: PaymentId,
  from: readonly PaymentState[],
  to: Updateable<PaymentTable>,
  nowMs: number,
): Promise<boolean> {
  return (await changePayment.run(trx, { paymentId, from, to: { ...to, updated_at_ms: nowMs } })) === 1;
}

const takeUse = prepareQuery<OperatorTables, { couponId: CouponId; offerId: OfferId }, unknown>(
  (db, { couponId, offerId }) =>
    db
      .updateTable('operator_entitlements')
      .set({ uses_left: sql`uses_left - 1` })
      .where('coupon_id', '=', couponId)
      .where('offer_id', '=', offerId)
      .where('uses_left', '>', 0)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('operator_coupons')
              .select('coupon_id')
              .where('coupon_id', '=', couponId)
              .where('revoked_at_ms', 'is not', null),
          ),
        ),
      ),
);

/** Takes one use, if there is one and the coupon is not revoked; false: nothing was taken. */
export async function consumeEntitlement(trx: OperatorTrx, couponId: CouponId, offerId: OfferId): Promise<boolean> {
  return (await takeUse.run(trx, { couponId, offerId })) === 1;
}

/** Gives back the use a payment held; call it only together with a move that ends the holding. */
export async function restoreEntitlement(trx: OperatorTrx, paymentId: PaymentId): Promise<void> {
  await trx
    .updateTable('operator_entitlements')
    .set({ uses_left: sql`uses_left + 1` })
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('operator_payments')
          .select('payment_id')
          .where('payment_id', '=', paymentId)
          .whereRef('operator_payments.coupon_id', '=', 'operator_entitlements.coupon_id')
          .whereRef('operator_payments.offer_id', '=', 'operator_entitlements.offer_id'),
      ),
    )
    .execute();
}
