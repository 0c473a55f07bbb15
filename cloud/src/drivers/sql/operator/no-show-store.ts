import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import { type Selectable, sql } from 'kysely';
import type { MissedVisit, NoShowRecord, ScheduleStore } from '../../../ports/schedule-store.ts';
import type { NoShowTable } from './schedule-tables.ts';
import type { EntitlementTable } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

type NoShowMethods =
  | 'listUnseenDates'
  | 'recordNoShows'
  | 'markDateSeen'
  | 'isDateSeen'
  | 'listNoShows'
  | 'countNoShows';

export function createNoShowStore(db: OperatorDb): Pick<ScheduleStore, NoShowMethods> {
  return {
    async listUnseenDates(limit) {
      const rows = await db
        .selectFrom('closed_dates')
        .leftJoin('operator_no_show_dates', 'operator_no_show_dates.business_date', 'closed_dates.business_date')
        .select('closed_dates.business_date as date')
        .where('operator_no_show_dates.business_date', 'is', null)
        .orderBy('closed_dates.business_date')
        .limit(limit)
        .execute();
      return rows.map((row) => row.date);
    },
    recordNoShows: (upTo, limit, isNoShow, nowMs) =>
      transact<{ seen: number; noShows: number }>(db, async (trx) => {
        const taken = await takeUnseen(trx, upTo, limit);
        const missed = await findMissed(trx, taken, isNoShow);
        if (missed.length > 0) {
          await trx
            .insertInto('operator_no_shows')
            .values(missed.map((row) => toRow(row, nowMs)))
            // Found before, under a payment that then never happened.
            .onConflict((conflict) => conflict.columns(['coupon_id', 'offer_id', 'schedule_version']).doNothing())
            .execute();
        }
        return { seen: taken.length, noShows: missed.length };
      }),
    async markDateSeen(date, nowMs) {
      await db
        .insertInto('operator_no_show_dates')
        .values({ business_date: date, seen_at_ms: nowMs })
        .onConflict((conflict) => conflict.column('business_date').doNothing())
        .execute();
    },
    async isDateSeen(date) {
      const row = await db
        .selectFrom('operator_no_show_dates')
        .select('business_date')
        .where('business_date', '=', date)
        .executeTakeFirst();
      return row !== undefined;
    },
    async listNoShows(wanted, limit) {
      let query = selectNoShows(db);
      if ('couponId' in wanted) query = query.where('missed.coupon_id', '=', wanted.couponId);
      else {
        query = query.where('missed.visit_to', '=', wanted.visitTo);
        if (wanted.merchantId !== null) query = query.where('missed.merchant_id', '=', wanted.merchantId);
      }
      const rows = await query
        .orderBy('missed.merchant_id')
        .orderBy('missed.coupon_id')
        .orderBy('missed.offer_id')
        .orderBy('missed.schedule_version')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
    countNoShows: (visitTo) => countByMerchant(db, visitTo),
  };
}

type Unseen = Selectable<EntitlementTable>;

/** Takes the rows first: a payment that uses one of them comes before, and then it is not here, or after. */
async function takeUnseen(trx: OperatorTrx, upTo: BusinessDate, limit: number): Promise<Unseen[]> {
  const found = await trx
    .selectFrom('operator_entitlements')
    .select(['coupon_id', 'offer_id'])
    .where(sql<boolean>`show_open = 1`)
    .where('visit_to', '<=', upTo)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('closed_dates').select('business_date').whereRef('business_date', '=', 'visit_to')),
    )
    .orderBy('visit_to')
    .orderBy('coupon_id')
    .orderBy('offer_id')
    .limit(limit)
    .execute();
  if (found.length === 0) return [];
  return (
    trx
      .updateTable('operator_entitlements')
      .set({ show_open: 0 })
      .where(({ or, and, eb }) =>
        or(found.map((row) => and([eb('coupon_id', '=', row.coupon_id), eb('offer_id', '=', row.offer_id)]))),
      )
      .where('show_open', '=', 1)
      // A schedule that was changed meanwhile is another visit.
      .where('visit_to', '<=', upTo)
      .returningAll()
      .execute()
  );
}

async function findMissed(
  trx: OperatorTrx,
  taken: readonly Unseen[],
  isNoShow: (visit: MissedVisit) => boolean,
): Promise<Unseen[]> {
  if (taken.length === 0) return [];
  const couponIds = [...new Set(taken.map((row) => row.coupon_id))];
  const coupons = await trx
    .selectFrom('operator_coupons')
    .select(['coupon_id', 'sent_at_ms', 'revoked_at_ms'])
    .where('coupon_id', 'in', couponIds)
    .execute();
  const known = new Map(coupons.map((row) => [row.coupon_id, row]));
  return taken.filter(({ coupon_id, visit_to: visitTo, uses, uses_left: usesLeft }) => {
    const coupon = known.get(coupon_id);
    const { sent_at_ms: sentAtMs = null, revoked_at_ms: revokedAtMs = null } = coupon ?? {};
    return isNoShow({ visitTo, uses, usesLeft, sentAtMs, revokedAtMs });
  });
}

function toRow(row: Unseen, nowMs: number): NoShowTable {
  return {
    coupon_id: row.coupon_id,
    offer_id: row.offer_id,
    schedule_version: row.schedule_version,
    merchant_id: row.merchant_id,
    visit_from: row.visit_from,
    visit_to: row.visit_to,
    headcount: row.headcount,
    recorded_at_ms: nowMs,
    came_payment_id: null,
    reopened_at_ms: null,
  };
}

const selectNoShows = (db: OperatorDb) =>
  db
    .selectFrom('operator_no_shows as missed')
    .innerJoin('operator_coupons as coupon', 'coupon.coupon_id', 'missed.coupon_id')
    .innerJoin('operator_entitlements as held', (join) =>
      join.onRef('held.coupon_id', '=', 'missed.coupon_id').onRef('held.offer_id', '=', 'missed.offer_id'),
    )
    .leftJoin('operator_payments as payment', 'payment.payment_id', 'missed.came_payment_id')
    .selectAll('missed')
    .select(['coupon.name', 'held.title_json', 'payment.visit_date']);

interface NoShowRow extends Selectable<NoShowTable> {
  name: string;
  title_json: string;
  visit_date: BusinessDate | null;
}

function toRecord(row: NoShowRow): NoShowRecord {
  return {
    couponId: row.coupon_id,
    offerId: row.offer_id,
    title: JSON.parse(row.title_json) as Bilingual,
    merchantId: row.merchant_id,
    customerName: row.name,
    visitFrom: row.visit_from,
    visitTo: row.visit_to,
    headcount: row.headcount,
    recordedAtMs: row.recorded_at_ms,
    paymentId: row.came_payment_id,
    visitDate: row.visit_date,
    reopenedAtMs: row.reopened_at_ms,
  };
}

/** As `judgeNoShowState` tells them apart, for a day may have more than one would read. */
async function countByMerchant(db: OperatorDb, visitTo: BusinessDate): ReturnType<ScheduleStore['countNoShows']> {
  const rows = await db
    .selectFrom('operator_no_shows as missed')
    .leftJoin('operator_payments as payment', 'payment.payment_id', 'missed.came_payment_id')
    .select('missed.merchant_id as merchantId')
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('all'))
    .select(sql<number>`sum(case when payment.visit_date > missed.visit_to then 1 else 0 end)`.as('late'))
    .select(sql<number>`sum(case when payment.visit_date <= missed.visit_to then 1 else 0 end)`.as('inTime'))
    .select(
      sql<number>`sum(case when payment.visit_date is null and missed.reopened_at_ms is not null then 1 else 0 end)`.as(
        'rescheduled',
      ),
    )
    .where('missed.visit_to', '=', visitTo)
    .groupBy('missed.merchant_id')
    .orderBy('missed.merchant_id')
    .execute();
  return rows.map(({ merchantId, all, late, inTime, rescheduled: moved }) => {
    const [cameLate, cameInTime, rescheduled] = [Number(late), Number(inTime), Number(moved)];
    return { merchantId, absent: Number(all) - cameLate - cameInTime - rescheduled, cameLate, cameInTime, rescheduled };
  });
}
