import type { CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Kysely, sql, type Updateable } from 'kysely';
import type { PaymentState, PaymentTerms } from '../../../ports/operator-payment-store.ts';
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

interface Use {
  couponId: CouponId;
  offerId: OfferId;
  scheduleVersion: number;
}
const takeUse = prepareQuery<OperatorTables, Use, unknown>((db, { couponId, offerId, scheduleVersion }) =>
  db
    .updateTable('operator_entitlements')
    .set({ uses_left: sql`uses_left - 1`, show_open: sql`0` })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .where('schedule_version', '=', scheduleVersion)
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

/**
 * Takes one use, if there is one, the coupon is not revoked, and the schedule is still the one the terms were held
 * against; false: nothing was taken.
 */
export async function consumeEntitlement(
  trx: OperatorTrx,
  couponId: CouponId,
  { offerId, scheduleVersion }: Pick<PaymentTerms, 'offerId' | 'scheduleVersion'>,
): Promise<boolean> {
  return (await takeUse.run(trx, { couponId, offerId, scheduleVersion: scheduleVersion ?? 0 })) === 1;
}

/** Of one entitlement of a payment. */
const ofPayment = (db: Kysely<OperatorTables>, paymentId: PaymentId) => {
  const payment = db.selectFrom('operator_payments').where('payment_id', '=', paymentId);
  return { couponId: payment.select('coupon_id'), offerId: payment.select('offer_id') };
};
const giveUseBack = prepareQuery<OperatorTables, { paymentId: PaymentId }, unknown>((db, { paymentId }) => {
  const { couponId, offerId } = ofPayment(db, paymentId);
  return db
    .updateTable('operator_entitlements')
    .set({ uses_left: sql`uses_left + 1` })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId);
});
const reopenShow = prepareQuery<OperatorTables, { paymentId: PaymentId }, unknown>((db, { paymentId }) => {
  const { couponId, offerId } = ofPayment(db, paymentId);
  return db
    .updateTable('operator_entitlements')
    .set({ show_open: sql`1` })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .whereRef('uses_left', '=', 'uses');
});

/** Gives back the use a payment held that was given back whole; call it only together with a move that ends the holding. */
export async function returnEntitlement(trx: OperatorTrx, paymentId: PaymentId): Promise<void> {
  await giveUseBack.run(trx, { paymentId });
}

/** The same of a payment that never happened: nobody has come, either. */
export async function restoreEntitlement(trx: OperatorTrx, paymentId: PaymentId): Promise<void> {
  await giveUseBack.run(trx, { paymentId });
  await reopenShow.run(trx, { paymentId });
  await trx
    .updateTable('operator_no_shows')
    .set({ came_payment_id: null })
    .where('came_payment_id', '=', paymentId)
    .execute();
}

const noteArrival = prepareQuery<OperatorTables, { paymentId: PaymentId }, unknown>((db, { paymentId }) => {
  const { couponId, offerId } = ofPayment(db, paymentId);
  return db
    .updateTable('operator_no_shows')
    .set({ came_payment_id: paymentId })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .where('came_payment_id', 'is', null)
    .where('reopened_at_ms', 'is', null);
});

/** Whoever was recorded as a no-show has come after all, by this payment. */
export async function noteLateArrival(trx: OperatorTrx, paymentId: PaymentId): Promise<void> {
  await noteArrival.run(trx, { paymentId });
}
