import { isDeepStrictEqual } from 'node:util';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { type BoxSettings, layOver } from '@scanpay/shared/fleet/box-settings.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { Selectable } from 'kysely';
import type { DesiredRecord, FleetConfigStore } from '../../../ports/fleet-store.ts';
import { lockConfigs } from '../book-locks.ts';
import type { GroupCommit } from '../group-commit.ts';
import { makeStateRow } from './fleet-rows.ts';
import type { DeviceConfigTable } from './fleet-tables.ts';
import type { OperatorTables } from './tables.ts';
import type { OperatorDb, OperatorTrx } from './transaction.ts';

/** Above it versions are not counted up any more: no honest box says it has one. */
const maxVersion = 999_999_999_999;

/** One at a time, so that a group's settings and a box's own are always laid over each other as they are now. */
const transactAlone = <T>(db: OperatorDb, work: (trx: OperatorTrx) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (trx) => {
    await lockConfigs<OperatorTables>(trx);
    return work(trx);
  });

export function createFleetConfigStore(db: OperatorDb, commit: GroupCommit<OperatorTables>): FleetConfigStore {
  return {
    setOwnSettings: (deviceId, settings, nowMs) =>
      transactAlone(db, async (trx) => {
        await makeConfig(trx, deviceId);
        await trx
          .updateTable('operator_device_configs')
          .set({ settings_json: JSON.stringify(settings) })
          .where('device_id', '=', deviceId)
          .execute();
        return renew(trx, { deviceId }, nowMs);
      }),
    setGroup: (deviceId, group, { nowMs, maxGroups }) =>
      transactAlone(db, async (trx) => {
        if (group !== null && !(await makeGroup(trx, group, maxGroups, nowMs))) return refuse('group_limit');
        await makeConfig(trx, deviceId);
        await trx
          .updateTable('operator_device_configs')
          .set({ group_name: group })
          .where('device_id', '=', deviceId)
          .execute();
        return accept(await renew(trx, { deviceId }, nowMs));
      }),
    setGroupSettings: (group, settings, { nowMs, maxGroups }) =>
      transactAlone(db, async (trx) => {
        if (!(await makeGroup(trx, group, maxGroups, nowMs))) return refuse('group_limit');
        await trx
          .updateTable('operator_device_groups')
          .set({ settings_json: JSON.stringify(settings), changed_at_ms: nowMs })
          .where('group_name', '=', group)
          .execute();
        return accept(await renew(trx, { group }, nowMs));
      }),
    ...createConfigReads(db),
    async recordReported(deviceId, { appliedVersion, rejected }, nowMs) {
      const isNewer = await commit(async (trx) => {
        await makeStateRow(trx, deviceId);
        await trx
          .updateTable('operator_device_states')
          .set({
            applied_version: appliedVersion,
            rejected_json: rejected === null ? null : JSON.stringify(rejected),
            reported_at_ms: nowMs,
          })
          .where('device_id', '=', deviceId)
          .execute();
        return appliedVersion > ((await findConfig(trx, deviceId))?.desired_version ?? 0);
      });
      return isNewer ? raise(db, deviceId, appliedVersion, nowMs) : null;
    },
  };
}

type ConfigReads = Pick<FleetConfigStore, 'listGroups' | 'findDeviceConfig' | 'findDesired' | 'listDesired'>;

function createConfigReads(db: OperatorDb): ConfigReads {
  return {
    async listGroups() {
      const rows = await db
        .selectFrom('operator_device_groups as grouped')
        .leftJoin('operator_device_configs as config', 'config.group_name', 'grouped.group_name')
        .select(['grouped.group_name', 'grouped.settings_json'])
        .select(({ fn }) => fn.count<number | bigint | string>('config.device_id').as('devices'))
        .groupBy(['grouped.group_name', 'grouped.settings_json'])
        .orderBy('grouped.group_name')
        .execute();
      return rows.map(({ group_name: group, settings_json, devices }) => ({
        group,
        settings: JSON.parse(settings_json) as BoxSettings,
        devices: Number(devices),
      }));
    },
    async findDeviceConfig(deviceId) {
      const row = await findConfig(db, deviceId);
      const groupRow = await db
        .selectFrom('operator_device_groups')
        .select('settings_json')
        .where('group_name', '=', row?.group_name ?? '')
        .executeTakeFirst();
      const state = await db
        .selectFrom('operator_device_states')
        .select('reported_at_ms')
        .where('device_id', '=', deviceId)
        .executeTakeFirst();
      return {
        ownSettings: JSON.parse(row?.settings_json ?? '{}') as BoxSettings,
        groupSettings: JSON.parse(groupRow?.settings_json ?? '{}') as BoxSettings,
        desired: row === undefined ? null : toDesired(row),
        reportedAtMs: state?.reported_at_ms ?? null,
      };
    },
    async findDesired(deviceId) {
      const row = await findConfig(db, deviceId);
      return (row && toDesired(row)) ?? undefined;
    },
    async listDesired(after, limit) {
      const rows = await db
        .selectFrom('operator_device_configs')
        .selectAll()
        .where('desired_version', '>', 0)
        .where('device_id', '>', after ?? ('' as DeviceId))
        .orderBy('device_id')
        .limit(limit)
        .execute();
      return rows.flatMap((row) => toDesired(row) ?? []);
    },
  };
}

const findConfig = (db: OperatorDb, deviceId: DeviceId) =>
  db.selectFrom('operator_device_configs').selectAll().where('device_id', '=', deviceId).executeTakeFirst();

function toDesired(row: Selectable<DeviceConfigTable>): DesiredRecord | null {
  const { device_id: deviceId, desired_version: version, desired_json, desired_at_ms: desiredAtMs } = row;
  if (version === 0 || desiredAtMs === null) return null;
  return { deviceId, version, settings: JSON.parse(desired_json) as BoxSettings, desiredAtMs };
}

/** A version beyond the one that the box has, unless there is one meanwhile. */
function raise(
  db: OperatorDb,
  deviceId: DeviceId,
  appliedVersion: number,
  nowMs: number,
): Promise<DesiredRecord | null> {
  return transactAlone(db, async (trx) => {
    const desiredVersion = (await findConfig(trx, deviceId))?.desired_version ?? 0;
    if (appliedVersion <= desiredVersion || appliedVersion >= maxVersion) return null;
    await makeConfig(trx, deviceId);
    await trx
      .updateTable('operator_device_configs')
      .set({ desired_version: appliedVersion + 1, desired_at_ms: nowMs })
      .where('device_id', '=', deviceId)
      .execute();
    const raised = await findConfig(trx, deviceId);
    return raised === undefined ? null : toDesired(raised);
  });
}

async function makeConfig(trx: OperatorTrx, deviceId: DeviceId): Promise<void> {
  const nothing = {
    group_name: null,
    settings_json: '{}',
    desired_version: 0,
    desired_json: '{}',
    desired_at_ms: null,
  };
  await trx
    .insertInto('operator_device_configs')
    .values({ device_id: deviceId, ...nothing })
    .onConflict((conflict) => conflict.column('device_id').doNothing())
    .execute();
}

/** False: there are as many groups as there may be. */
async function makeGroup(trx: OperatorTrx, group: string, maxGroups: number, nowMs: number): Promise<boolean> {
  const groups = await trx.selectFrom('operator_device_groups').select('group_name').execute();
  if (groups.some(({ group_name }) => group_name === group)) return true;
  if (groups.length >= maxGroups) return false;
  await trx
    .insertInto('operator_device_groups')
    .values({ group_name: group, settings_json: '{}', changed_at_ms: nowMs })
    .execute();
  return true;
}

/** Works out anew what is desired of a box, or of all boxes of a group, and counts up the versions of what has changed. */
async function renew(
  trx: OperatorTrx,
  which: { deviceId: DeviceId } | { group: string },
  nowMs: number,
): Promise<DesiredRecord[]> {
  const select = trx
    .selectFrom('operator_device_configs as config')
    .leftJoin('operator_device_groups as grouped', 'grouped.group_name', 'config.group_name')
    .selectAll('config')
    .select('grouped.settings_json as group_json');
  const rows = await ('group' in which
    ? select.where('config.group_name', '=', which.group)
    : select.where('config.device_id', '=', which.deviceId)
  ).execute();
  const renewed: DesiredRecord[] = [];
  for (const row of rows) {
    const groupSettings = JSON.parse(row.group_json ?? '{}') as BoxSettings;
    const settings = layOver(groupSettings, JSON.parse(row.settings_json) as BoxSettings);
    if (isDeepStrictEqual(settings, JSON.parse(row.desired_json))) continue;
    const version = row.desired_version + 1;
    await trx
      .updateTable('operator_device_configs')
      .set({ desired_version: version, desired_json: JSON.stringify(settings), desired_at_ms: nowMs })
      .where('device_id', '=', row.device_id)
      .execute();
    renewed.push({ deviceId: row.device_id, version, settings, desiredAtMs: nowMs });
  }
  return renewed;
}
