import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import { sql } from 'kysely';
import type { FleetStateStore } from '../../../ports/fleet-store.ts';
import type { GroupCommit } from '../group-commit.ts';
import { makeStateRow } from './fleet-rows.ts';
import type { OperatorTables } from './tables.ts';
import type { OperatorDb } from './transaction.ts';

type TelemetryStore = Pick<FleetStateStore, 'recordTelemetry' | 'listTelemetry' | 'purgeTelemetry'>;

export function createTelemetryStore(db: OperatorDb, commit: GroupCommit<OperatorTables>): TelemetryStore {
  return {
    recordTelemetry: (deviceId, { receivedAtMs, telemetry }, maxHistory) =>
      commit(async (trx) => {
        const { health } = telemetry;
        await makeStateRow(trx, deviceId);
        const { telemetry_count } = await trx
          .updateTable('operator_device_states')
          .set({
            telemetry_count: sql`telemetry_count + 1`,
            telemetry_at_ms: receivedAtMs,
            last_seen_ms: receivedAtMs,
            health_json: JSON.stringify(health),
            health_level: health.level,
            software_version: telemetry.versions.software,
          })
          .where('device_id', '=', deviceId)
          .returning('telemetry_count')
          .executeTakeFirstOrThrow();
        const slot = (telemetry_count - 1) % maxHistory;
        const entry = { received_at_ms: receivedAtMs, telemetry_json: JSON.stringify(telemetry) };
        await trx
          .insertInto('operator_telemetry')
          .values({ device_id: deviceId, slot, ...entry })
          .onConflict((conflict) => conflict.columns(['device_id', 'slot']).doUpdateSet(entry))
          .execute();
      }),
    async listTelemetry(deviceId, limit) {
      const rows = await db
        .selectFrom('operator_telemetry')
        .select(['received_at_ms', 'telemetry_json'])
        .where('device_id', '=', deviceId)
        .orderBy('received_at_ms', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ received_at_ms: receivedAtMs, telemetry_json }) => ({
        receivedAtMs,
        telemetry: JSON.parse(telemetry_json) as TelemetryBody,
      }));
    },
    async purgeTelemetry(receivedBeforeMs, limit) {
      const old = await db
        .selectFrom('operator_telemetry')
        .select(['device_id', 'slot'])
        .where('received_at_ms', '<', receivedBeforeMs)
        .orderBy('received_at_ms')
        .limit(limit)
        .execute();
      return db.transaction().execute(async (trx) => {
        let deleted = 0;
        for (const { device_id, slot } of old) {
          const { numDeletedRows } = await trx
            .deleteFrom('operator_telemetry')
            .where('device_id', '=', device_id)
            .where('slot', '=', slot)
            // It may have been written anew meanwhile.
            .where('received_at_ms', '<', receivedBeforeMs)
            .executeTakeFirst();
          deleted += Number(numDeletedRows);
        }
        return deleted;
      });
    },
  };
}
