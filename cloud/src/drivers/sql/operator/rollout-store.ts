import type { Selectable } from 'kysely';
import type { Attempt, ReleaseStore, Rollout } from '../../../ports/release-store.ts';
import type { AttemptTable, RolloutTable } from './release-tables.ts';
import { type OperatorDb, transact } from './transaction.ts';

type RolloutStore = Pick<
  ReleaseStore,
  | 'addRollout'
  | 'findRollout'
  | 'listRollouts'
  | 'changeRollout'
  | 'addAttempts'
  | 'changeAttempt'
  | 'listAttempts'
  | 'lastAttempt'
>;

/** Rows of one statement: PostgreSQL takes 65,535 parameters, SQLite half of it. */
const maxRowsAtOnce = 1_000;

export function createRolloutStore(db: OperatorDb): RolloutStore {
  return {
    ...createAttemptRows(db),
    async addRollout(rollout) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('operator_rollouts')
        .values(toRolloutRow(rollout))
        .onConflict((conflict) => conflict.column('open').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async findRollout(rolloutId) {
      const row = await db
        .selectFrom('operator_rollouts')
        .selectAll()
        .where('rollout_id', '=', rolloutId)
        .executeTakeFirst();
      return row && toRollout(row);
    },
    async listRollouts(limit) {
      const rows = await db
        .selectFrom('operator_rollouts')
        .selectAll()
        .orderBy('rollout_id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRollout);
    },
    async changeRollout(rolloutId, from, { state, percent }, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('operator_rollouts')
        .set({
          ...(state === undefined ? {} : { state, open: openOf(state) }),
          ...(percent === undefined ? {} : { percent }),
          updated_at_ms: nowMs,
        })
        .where('rollout_id', '=', rolloutId)
        .where('state', 'in', from)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
  };
}

function createAttemptRows(
  db: OperatorDb,
): Pick<RolloutStore, 'addAttempts' | 'changeAttempt' | 'listAttempts' | 'lastAttempt'> {
  return {
    async addAttempts(rolloutId, deviceIds, nowMs) {
      for (let from = 0; from < deviceIds.length; from += maxRowsAtOnce) {
        const rows = deviceIds.slice(from, from + maxRowsAtOnce).map((deviceId) => ({
          ...{ rollout_id: rolloutId, device_id: deviceId, state: 'told' as const, code: null, detail: '' },
          ...{ told_at_ms: nowMs, updated_at_ms: nowMs },
        }));
        await db
          .insertInto('operator_rollout_attempts')
          .values(rows)
          .onConflict((conflict) => conflict.columns(['rollout_id', 'device_id']).doNothing())
          .execute();
      }
    },
    changeAttempt: (rolloutId, deviceId, { state, code, detail }, nowMs) =>
      transact(db, async (trx) => {
        const before = await trx
          .selectFrom('operator_rollout_attempts')
          .select('state')
          .where('rollout_id', '=', rolloutId)
          .where('device_id', '=', deviceId)
          .executeTakeFirst();
        await trx
          .updateTable('operator_rollout_attempts')
          .set({ state, code, detail, updated_at_ms: nowMs })
          .where('rollout_id', '=', rolloutId)
          .where('device_id', '=', deviceId)
          .execute();
        return before?.state;
      }),
    async listAttempts(rolloutId) {
      const rows = await db
        .selectFrom('operator_rollout_attempts')
        .selectAll()
        .where('rollout_id', '=', rolloutId)
        .orderBy('device_id')
        .execute();
      return rows.map(toAttempt);
    },
    async lastAttempt(deviceId) {
      // Ids are UUIDv7: the greatest is the youngest.
      const row = await db
        .selectFrom('operator_rollout_attempts')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('rollout_id', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const rollout = await db
        .selectFrom('operator_rollouts')
        .selectAll()
        .where('rollout_id', '=', row.rollout_id)
        .executeTakeFirstOrThrow();
      return { rollout: toRollout(rollout), attempt: toAttempt(row) };
    },
  };
}

const openOf = (state: Rollout['state']): 1 | null => (state === 'running' || state === 'paused' ? 1 : null);

function toRolloutRow(rollout: Rollout): RolloutTable {
  return {
    rollout_id: rollout.rolloutId,
    version: rollout.version,
    groups_json: JSON.stringify(rollout.groups),
    percent: rollout.percent,
    at_once: rollout.atOnce,
    max_failed_percent: rollout.maxFailedPercent,
    max_failures: rollout.maxFailures,
    state: rollout.state,
    open: openOf(rollout.state),
    created_at_ms: rollout.createdAtMs,
    updated_at_ms: rollout.updatedAtMs,
  };
}

function toRollout(row: Selectable<RolloutTable>): Rollout {
  return {
    rolloutId: row.rollout_id,
    version: row.version,
    groups: JSON.parse(row.groups_json) as string[] | null,
    percent: row.percent,
    atOnce: row.at_once,
    maxFailedPercent: row.max_failed_percent,
    maxFailures: row.max_failures,
    state: row.state,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

function toAttempt(row: Selectable<AttemptTable>): Attempt {
  const { device_id: deviceId, state, code, detail, told_at_ms: toldAtMs, updated_at_ms: updatedAtMs } = row;
  return { deviceId, state, code, detail, toldAtMs, updatedAtMs };
}
