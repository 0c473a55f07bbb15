import type { HandOver } from '@scanpay/shared/api/hand-over.ts';
import type { Selectable } from 'kysely';
import type { HandOverRecord, HandOverStore } from '../../../ports/hand-over-store.ts';
import type { HandOverTable } from './tables.ts';
import type { OperatorDb } from './transaction.ts';

export function createHandOverStore(db: OperatorDb): HandOverStore {
  return {
    async addHandOver({ digest, handOverJws, handOver, recordedAtMs }) {
      await db
        .insertInto('operator_hand_overs')
        .values({
          digest,
          device_id: handOver.deviceId,
          hand_over_jws: handOverJws,
          hand_over_json: JSON.stringify(handOver),
          recorded_at_ms: recordedAtMs,
        })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
      const kept = db.selectFrom('operator_hand_overs').selectAll().where('digest', '=', digest);
      return toRecord(await kept.executeTakeFirstOrThrow());
    },
    async listHandOvers(deviceId, limit) {
      const rows = await db
        .selectFrom('operator_hand_overs')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('recorded_at_ms', 'desc')
        .orderBy('digest')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
  };
}

function toRecord(row: Selectable<HandOverTable>): HandOverRecord {
  const { digest, hand_over_jws: handOverJws, hand_over_json, recorded_at_ms: recordedAtMs } = row;
  return { digest, handOverJws, handOver: JSON.parse(hand_over_json) as HandOver, recordedAtMs };
}
