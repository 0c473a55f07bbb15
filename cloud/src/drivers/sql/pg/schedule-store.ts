import type { ScheduleDecision } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { PgSchedule, PgScheduleChange, PgScheduleStore } from '../../../ports/pg-schedule-store.ts';
import { requireOneRow, writeUnlessOvertaken } from '../overtaken.ts';
import type { PgScheduleChangeTable, PgScheduleTable } from './schedule-tables.ts';
import type { PgTables } from './tables.ts';

export function createPgScheduleStore(db: Kysely<PgTables>): PgScheduleStore {
  return {
    async findScheduleChange(changeId) {
      const row = await selectChanges(db).where('change.change_id', '=', changeId).executeTakeFirst();
      return row && toChange(row);
    },
    async listScheduleChanges(couponId, limit) {
      const rows = await selectChanges(db)
        .where('change.coupon_id', '=', couponId)
        .orderBy('change.requested_at_ms')
        .orderBy('change.change_id')
        .limit(limit)
        .execute();
      return rows.map(toChange);
    },
    async listSchedules(couponId) {
      const rows = await db
        .selectFrom('pg_schedules')
        .selectAll()
        .where('coupon_id', '=', couponId)
        .orderBy('offer_id')
        .execute();
      return rows.map(toSchedule);
    },
    addScheduleChange: (change) =>
      writeUnlessOvertaken(db, async (trx) => {
        await holdSchedule(trx, change);
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('pg_schedule_changes')
          .values(toRow(change))
          .onConflict((conflict) => conflict.column('change_id').doNothing())
          .executeTakeFirstOrThrow();
        requireOneRow(numInsertedOrUpdatedRows);
      }),
    async settleScheduleChange(changeId, decision) {
      await db.transaction().execute(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('pg_schedule_decisions')
          .values({
            change_id: changeId,
            outcome: decision.outcome,
            refusal_code: decision.outcome === 'refused' ? decision.code : null,
            at_ms: decision.atMs,
          })
          .onConflict((conflict) => conflict.column('change_id').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n) await moveSchedule(trx, changeId, decision);
      });
    },
    async listPendingChanges(limit) {
      const rows = await db
        .selectFrom('pg_schedules')
        .select('pending_change_id')
        .where('pending_change_id', 'is not', null)
        // Ids of changes begin with their time.
        .orderBy('pending_change_id')
        .limit(limit)
        .execute();
      return rows.flatMap((row) => row.pending_change_id ?? []);
    },
  };
}

/** The row of the entitlement is written first, so that of two changes at once one waits, and then finds the other. */
async function holdSchedule(trx: Transaction<PgTables>, { order }: PgScheduleChange): Promise<void> {
  const { couponId, offerId, before, number } = order;
  await trx
    .insertInto('pg_schedules')
    .values({
      coupon_id: couponId,
      offer_id: offerId,
      visit_from: before.visitFrom,
      visit_to: before.visitTo,
      headcount: before.headcount,
      applied: 0,
      asked: 0,
      pending_change_id: null,
    })
    .onConflict((conflict) => conflict.columns(['coupon_id', 'offer_id']).doNothing())
    .execute();
  const { numUpdatedRows } = await trx
    .updateTable('pg_schedules')
    .set(({ eb }) => ({ pending_change_id: order.changeId, asked: eb('asked', '+', 1) }))
    .where('coupon_id', '=', couponId)
    .where('offer_id', '=', offerId)
    .where('applied', '=', number - 1)
    .where('pending_change_id', 'is', null)
    .executeTakeFirstOrThrow();
  requireOneRow(numUpdatedRows);
}

async function moveSchedule(
  trx: Transaction<PgTables>,
  changeId: PgScheduleChangeTable['change_id'],
  { outcome }: ScheduleDecision,
): Promise<void> {
  const change = await trx
    .selectFrom('pg_schedule_changes')
    .select(['visit_from', 'visit_to', 'headcount', 'number'])
    .where('change_id', '=', changeId)
    .executeTakeFirstOrThrow();
  const { number: applied, ...after } = change;
  await trx
    .updateTable('pg_schedules')
    .set({ pending_change_id: null, ...(outcome === 'applied' ? { ...after, applied } : {}) })
    .where('pending_change_id', '=', changeId)
    .execute();
}

const selectChanges = (db: Kysely<PgTables>) =>
  db
    .selectFrom('pg_schedule_changes as change')
    .leftJoin('pg_schedule_decisions as decision', 'decision.change_id', 'change.change_id')
    .selectAll('change')
    .select(['decision.outcome', 'decision.refusal_code', 'decision.at_ms']);

interface ChangeRow extends Selectable<PgScheduleChangeTable> {
  outcome: 'applied' | 'refused' | null;
  refusal_code: ErrorCode | null;
  at_ms: number | null;
}

function toDecision({ refusal_code: code, at_ms: atMs }: ChangeRow): ScheduleDecision | null {
  if (atMs === null) return null;
  return code === null ? { outcome: 'applied', atMs } : { outcome: 'refused', code, atMs };
}

function toChange(row: ChangeRow): PgScheduleChange {
  return {
    order: {
      changeId: row.change_id,
      couponId: row.coupon_id,
      offerId: row.offer_id,
      number: row.number,
      before: toTimes(row.old_visit_from, row.old_visit_to, row.old_headcount),
      after: toTimes(row.visit_from, row.visit_to, row.headcount),
      requestedAtMs: row.requested_at_ms,
      staffName: row.staff_name,
      reason: row.reason,
    },
    bodySha256: row.body_sha256,
    decision: toDecision(row),
  };
}

const toTimes = (visitFrom: BusinessDate, visitTo: BusinessDate, headcount: number) => ({
  visitFrom,
  visitTo,
  headcount,
});

function toRow({ order, bodySha256 }: PgScheduleChange): PgScheduleChangeTable {
  return {
    change_id: order.changeId,
    coupon_id: order.couponId,
    offer_id: order.offerId,
    number: order.number,
    body_sha256: bodySha256,
    old_visit_from: order.before.visitFrom,
    old_visit_to: order.before.visitTo,
    old_headcount: order.before.headcount,
    visit_from: order.after.visitFrom,
    visit_to: order.after.visitTo,
    headcount: order.after.headcount,
    requested_at_ms: order.requestedAtMs,
    staff_name: order.staffName,
    reason: order.reason,
  };
}

function toSchedule(row: Selectable<PgScheduleTable>): PgSchedule {
  return {
    offerId: row.offer_id,
    ...toTimes(row.visit_from, row.visit_to, row.headcount),
    applied: row.applied,
    asked: row.asked,
    pendingId: row.pending_change_id,
  };
}
