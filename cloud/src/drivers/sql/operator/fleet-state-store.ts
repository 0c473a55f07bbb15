import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { FleetStateStore, PresenceState } from '../../../ports/fleet-store.ts';
import type { GroupCommit } from '../group-commit.ts';
import { isPostgres } from '../is-postgres.ts';
import { countFleet, makeStateRow, readFleetRows } from './fleet-rows.ts';
import type { OperatorTables } from './tables.ts';
import { createTelemetryStore } from './telemetry-store.ts';
import type { OperatorDb, OperatorTrx } from './transaction.ts';

export function createFleetStateStore(db: OperatorDb, commit: GroupCommit<OperatorTables>): FleetStateStore {
  return {
    recordPresence: (deviceId, judge, { isLive, nowMs }) =>
      commit(async (trx) => {
        const known = await lockPresence(trx, deviceId);
        const judged = judge(known);
        await trx
          .updateTable('operator_device_states')
          .set({
            confirmed_at_ms: nowMs,
            ...(isLive ? { last_seen_ms: nowMs } : {}),
            ...(judged === null ? {} : toColumns(judged)),
          })
          .where('device_id', '=', deviceId)
          .execute();
        return judged !== null && judged.online !== known?.online;
      }),
    async endUnconfirmed(confirmedBeforeMs, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('operator_device_states')
        .set({ online: 0, since_ms: nowMs })
        .where('online', '=', 1)
        .where('confirmed_at_ms', '<', confirmedBeforeMs)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    ...createTelemetryStore(db, commit),
    listFleet: (query, limit) => readFleetRows(db, query, limit),
    async findFleetRow(deviceId) {
      const [row] = await readFleetRows(db, { deviceId }, 1);
      return row;
    },
    countFleet: () => countFleet(db),
  };
}

/** Row and lock: whoever comes second waits, and then sees what the first one wrote. */
async function lockPresence(trx: OperatorTrx, deviceId: DeviceId): Promise<PresenceState | undefined> {
  await makeStateRow(trx, deviceId);
  const select = trx
    .selectFrom('operator_device_states')
    .select(['session_id', 'online', 'since_ms', 'ended_sessions_json'])
    .where('device_id', '=', deviceId);
  const row = await (isPostgres<OperatorTables>(trx) ? select.forUpdate() : select).executeTakeFirstOrThrow();
  const { session_id: sessionId, online, since_ms: sinceMs, ended_sessions_json } = row;
  if (sessionId === null || sinceMs === null) return undefined;
  return { sessionId, online: online === 1, sinceMs, endedSessions: JSON.parse(ended_sessions_json) as string[] };
}

const toColumns = ({ sessionId, online, sinceMs, endedSessions }: PresenceState) => ({
  session_id: sessionId,
  online: online ? (1 as const) : (0 as const),
  since_ms: sinceMs,
  ended_sessions_json: JSON.stringify(endedSessions),
});
