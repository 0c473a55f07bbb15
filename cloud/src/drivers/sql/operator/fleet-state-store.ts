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
        // It was let in before it was revoked, and is written after.
        if (!(await hasKey(trx, deviceId))) return false;
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
    async listOnline(deviceIds) {
      if (deviceIds.length === 0) return [];
      const rows = await db
        .selectFrom('operator_device_states')
        .select('device_id')
        .where('device_id', 'in', deviceIds)
        .where('online', '=', 1)
        .execute();
      return rows.map((row) => row.device_id);
    },
    async listGone(offlineSinceMs, limit) {
      const rows = await db
        .selectFrom('operator_device_states as state')
        .select('state.device_id')
        .where('state.online', '=', 0)
        .where('state.since_ms', '<=', offlineSinceMs)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('operator_device_keys as key')
              .select('key.kid')
              .whereRef('key.device_id', '=', 'state.device_id')
              .where('key.retired_at_ms', 'is', null),
          ),
        )
        .orderBy('state.device_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.device_id);
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

/** From now on it is offline, whatever the broker still says of it: nobody can sign for it any more. */
export async function endPresence(trx: OperatorTrx, deviceId: DeviceId, nowMs: number): Promise<void> {
  await trx
    .updateTable('operator_device_states')
    .set({ online: 0, since_ms: nowMs })
    .where('device_id', '=', deviceId)
    .where('online', '=', 1)
    .execute();
}

async function hasKey(trx: OperatorTrx, deviceId: DeviceId): Promise<boolean> {
  const key = await trx
    .selectFrom('operator_device_keys')
    .select('kid')
    .where('device_id', '=', deviceId)
    .where('retired_at_ms', 'is', null)
    .executeTakeFirst();
  return key !== undefined;
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
