import type { ScheduleDecision } from '@scanpay/shared/api/schedule.ts';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { DecidedChange, ScheduleStore } from '../../../ports/schedule-store.ts';
import { createNoShowStore } from './no-show-store.ts';
import type { ScheduleChangeTable } from './schedule-tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

export function createScheduleStore(db: OperatorDb): ScheduleStore {
  const all = () => db.selectFrom('operator_schedule_changes').selectAll();
  return {
    ...createNoShowStore(db),
    async findScheduleChange(changeId) {
      const row = await all().where('change_id', '=', changeId).executeTakeFirst();
      return row && toChange(row);
    },
    async listScheduleChanges(couponId, limit) {
      const rows = await all()
        .where('coupon_id', '=', couponId)
        .orderBy('decided_at_ms')
        .orderBy('change_id')
        .limit(limit)
        .execute();
      return rows.map(toChange);
    },
    addScheduleChange: (change) =>
      transact<boolean>(db, async (trx, undo) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('operator_schedule_changes')
          .values(toRow(change))
          .onConflict((conflict) => conflict.column('change_id').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) return undo(false);
        if (change.decision.outcome === 'refused') return true;
        if (!(await applyChange(trx, change))) return undo(false);
        const { changeId } = change.order;
        const { atMs } = change.decision;
        await trx.insertInto('operator_schedule_notices').values({ change_id: changeId, queued_at_ms: atMs }).execute();
        return true;
      }),
    async listUntoldChanges(limit) {
      const rows = await db
        .selectFrom('operator_schedule_notices')
        .select('change_id')
        .orderBy('queued_at_ms')
        .orderBy('change_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.change_id);
    },
    async markChangeTold(changeId) {
      await db.deleteFrom('operator_schedule_notices').where('change_id', '=', changeId).execute();
    },
  };
}

/** Payments take a use of the same row: what was taken under the former schedule keeps it. */
async function applyChange(trx: OperatorTrx, { order, decision }: DecidedChange): Promise<boolean> {
  const { couponId, offerId, number, after } = order;
  const { numUpdatedRows } = await trx
    .updateTable('operator_entitlements')
    .set({
      visit_from: after.visitFrom,
      visit_to: after.visitTo,
      headcount: after.headcount,
      schedule_version: number,
      // Whoever has come once is no no-show any more.
      show_open: sql`case when uses_left = uses then 1 else 0 end`,
    })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .where('schedule_version', '=', number - 1)
    .where('uses_left', '>', 0)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('operator_coupons')
          .select('coupon_id')
          .where('coupon_id', '=', couponId)
          .where('revoked_at_ms', 'is', null),
      ),
    )
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) return false;
  await trx
    .updateTable('operator_no_shows')
    .set({ reopened_at_ms: decision.atMs })
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .where('came_payment_id', 'is', null)
    .where('reopened_at_ms', 'is', null)
    .execute();
  return true;
}

function toRow({ order, orderSha256, stayJws, decision }: DecidedChange): ScheduleChangeTable {
  const { before, after } = order;
  return {
    change_id: order.changeId,
    coupon_id: order.couponId,
    offer_id: order.offerId,
    number: order.number,
    order_sha256: orderSha256,
    stay_jws: stayJws,
    old_visit_from: before.visitFrom,
    old_visit_to: before.visitTo,
    old_headcount: before.headcount,
    visit_from: after.visitFrom,
    visit_to: after.visitTo,
    headcount: after.headcount,
    requested_at_ms: order.requestedAtMs,
    staff_name: order.staffName,
    reason: order.reason,
    outcome: decision.outcome,
    refusal_code: decision.outcome === 'refused' ? decision.code : null,
    decided_at_ms: decision.atMs,
  };
}

function toChange(row: Selectable<ScheduleChangeTable>): DecidedChange {
  const { refusal_code: code, decided_at_ms: atMs } = row;
  const decision: ScheduleDecision = code === null ? { outcome: 'applied', atMs } : { outcome: 'refused', code, atMs };
  return {
    order: {
      changeId: row.change_id,
      couponId: row.coupon_id,
      offerId: row.offer_id,
      number: row.number,
      before: { visitFrom: row.old_visit_from, visitTo: row.old_visit_to, headcount: row.old_headcount },
      after: { visitFrom: row.visit_from, visitTo: row.visit_to, headcount: row.headcount },
      requestedAtMs: row.requested_at_ms,
      staffName: row.staff_name,
      reason: row.reason,
    },
    orderSha256: row.order_sha256,
    stayJws: row.stay_jws,
    decision,
  };
}
