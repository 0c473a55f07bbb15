import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Kysely } from 'kysely';
import type { BoxFile, PaymentRecord } from '../../../ports/payment-files.ts';
import type { CardTables } from '../card/tables.ts';
import type { OperatorTables } from '../operator/tables.ts';
import type { PgTables } from '../pg/tables.ts';
import type { PaymentRange, RecordReader } from './payment-files.ts';

const first = '' as PaymentId;

export function createCardRecords(db: Kysely<CardTables>): RecordReader {
  return {
    tables: ['card_payments'],
    async readRecords({ after, through }) {
      const rows = await db
        .selectFrom('card_payments')
        .select('payment_id')
        .where('payment_id', '>', after ?? first)
        .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId))
        .orderBy('payment_id')
        .execute();
      return new Map(rows.map((row) => [row.payment_id, { isUnderWay: false, saleJws: null, box: null }]));
    },
  };
}

export function createPgRecords(db: Kysely<PgTables>): RecordReader {
  return {
    tables: ['pg_payments'],
    async readRecords({ after, through }) {
      const rows = await db
        .selectFrom('pg_payments')
        .select(['payment_id', 'state', 'cancel_id', 'evidence_jws'])
        .where('payment_id', '>', after ?? first)
        .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId))
        .orderBy('payment_id')
        .execute();
      return new Map(
        rows.map(({ payment_id, state, cancel_id, evidence_jws }): [PaymentId, PaymentRecord] => {
          const isUnderWay = state === 'authorising' || state === 'reversing' || cancel_id !== null;
          return [payment_id, { isUnderWay, saleJws: evidence_jws, box: null }];
        }),
      );
    },
  };
}

export function createOperatorRecords(db: Kysely<OperatorTables>): RecordReader {
  return {
    tables: ['operator_payments', 'operator_cancels'],
    async readRecords(range) {
      const { after, through } = range;
      const rows = await db
        .selectFrom('operator_payments')
        .leftJoin('operator_coupons', 'operator_coupons.coupon_id', 'operator_payments.coupon_id')
        .leftJoin('operator_schedule_changes as change', (join) =>
          join
            .onRef('change.coupon_id', '=', 'operator_payments.coupon_id')
            .onRef('change.offer_id', '=', 'operator_payments.offer_id')
            .onRef('change.number', '=', 'operator_payments.schedule_version')
            .on('change.outcome', '=', 'applied'),
        )
        .select(['payment_id', 'device_id', 'state', 'request_jws', 'confirm_jws', 'reversal_jws', 'result_jws'])
        .select(['sold_jws', 'stay_jws'])
        .where('payment_id', '>', after ?? first)
        .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId))
        .orderBy('payment_id')
        .execute();
      const cancels = await readCancels(db, range);
      return new Map(
        rows.map((row): [PaymentId, PaymentRecord] => {
          const box: BoxFile = {
            deviceId: row.device_id,
            requestJws: row.request_jws,
            confirmJws: row.confirm_jws,
            reversalJws: row.reversal_jws,
            resultJws: row.result_jws,
            soldJws: row.sold_jws,
            stayJws: row.stay_jws,
            cancels: cancels.get(row.payment_id) ?? [],
          };
          const isUnderWay = ['authorising', 'reversing', 'cancelling'].includes(row.state);
          return [row.payment_id, { isUnderWay, saleJws: null, box }];
        }),
      );
    },
  };
}

async function readCancels(db: Kysely<OperatorTables>, { after, through }: PaymentRange) {
  const rows = await db
    .selectFrom('operator_cancels')
    .select(['payment_id', 'cancel_id', 'request_jws', 'result_jws'])
    .where('payment_id', '>', after ?? first)
    .$if(through !== null, (query) => query.where('payment_id', '<=', through as PaymentId))
    .orderBy('payment_id')
    .orderBy('cancel_id')
    .execute();
  const byPayment = new Map<PaymentId, BoxFile['cancels']>();
  for (const { payment_id, cancel_id: cancelId, request_jws: requestJws, result_jws: resultJws } of rows) {
    const known = byPayment.get(payment_id) ?? [];
    known.push({ cancelId, requestJws, resultJws });
    byPayment.set(payment_id, known);
  }
  return byPayment;
}
