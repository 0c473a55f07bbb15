import type { DeviceQuery } from '@scanpay/shared/api/fleet.ts';
import type { ConfigRejection } from '@scanpay/shared/fleet/config-messages.ts';
import type { Health, HealthLevel } from '@scanpay/shared/fleet/telemetry.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { sql } from 'kysely';
import type { FleetCounts, FleetRow } from '../../../ports/fleet-store.ts';
import type { OperatorDb, OperatorTrx } from './transaction.ts';

const parseOrNull = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

function joinFleet(db: OperatorDb) {
  return db
    .selectFrom('operator_devices as device')
    .leftJoin('operator_device_states as state', 'state.device_id', 'device.device_id')
    .leftJoin('operator_device_configs as config', 'config.device_id', 'device.device_id');
}

/** It does not say that it runs what is desired. */
const isNotConfigured = sql<boolean>`
  coalesce(config.desired_version, 0) > 0 and coalesce(config.desired_version, 0) <> coalesce(state.applied_version, 0)`;

/** So that there is a row to change. */
export async function makeStateRow(trx: OperatorTrx, deviceId: DeviceId): Promise<void> {
  await trx
    .insertInto('operator_device_states')
    .values({ device_id: deviceId, ended_sessions_json: '[]', telemetry_count: 0, applied_version: 0 })
    .onConflict((conflict) => conflict.column('device_id').doNothing())
    .execute();
}

/** Boxes in order of their ids. */
export async function readFleetRows(
  db: OperatorDb,
  query: DeviceQuery & { deviceId?: DeviceId },
  limit: number,
): Promise<FleetRow[]> {
  let select = joinFleet(db)
    .select(['device.device_id', 'device.merchant_id', 'device.enrolled_at_ms'])
    .select(['state.online', 'state.since_ms', 'state.last_seen_ms', 'state.health_json', 'state.software_version'])
    .select(['state.applied_version', 'state.rejected_json', 'config.group_name', 'config.desired_version'])
    .orderBy('device.device_id')
    .limit(limit);
  const { filter, group, notVersion, search, after, deviceId } = query;
  if (deviceId !== undefined) select = select.where('device.device_id', '=', deviceId);
  if (filter === 'online') select = select.where('state.online', '=', 1);
  if (filter === 'offline') select = select.where(sql<boolean>`coalesce(state.online, 0) = 0`);
  if (filter === 'unhealthy') select = select.where('state.health_level', '<>', 'ok');
  if (filter === 'not-configured') select = select.where(isNotConfigured);
  if (group !== undefined) select = select.where('config.group_name', '=', group);
  if (notVersion !== undefined) select = select.where('state.software_version', '<>', notVersion);
  if (after !== undefined) select = select.where('device.device_id', '>', after);
  if (search !== undefined) {
    select = select.where(({ or, eb }) =>
      or([
        eb('device.device_id', 'like', `%${search}%` as DeviceId),
        eb('device.merchant_id', '=', search as MerchantId),
      ]),
    );
  }
  return (await select.execute()).map((row) => ({
    deviceId: row.device_id,
    merchantId: row.merchant_id,
    enrolledAtMs: row.enrolled_at_ms,
    group: row.group_name,
    presence: row.online === null || row.since_ms === null ? null : { online: row.online === 1, sinceMs: row.since_ms },
    lastSeenAtMs: row.last_seen_ms,
    health: parseOrNull<Health>(row.health_json),
    softwareVersion: row.software_version,
    desiredVersion: row.desired_version ?? 0,
    appliedVersion: row.applied_version ?? 0,
    rejected: parseOrNull<ConfigRejection>(row.rejected_json),
  }));
}

const countOf = (value: number | bigint | string | null): number => Number(value ?? 0);

export async function countFleet(db: OperatorDb): Promise<FleetCounts> {
  const countIf = (condition: ReturnType<typeof sql<boolean>>) =>
    sql<number>`sum(case when ${condition} then 1 else 0 end)`;
  const totals = await joinFleet(db)
    .select(({ fn }) => [
      fn.countAll<number | bigint | string>().as('devices'),
      countIf(sql`state.online = 1`).as('online'),
      countIf(sql`state.online = 0`).as('offline'),
      countIf(isNotConfigured).as('not_configured'),
    ])
    .executeTakeFirstOrThrow();
  const groupsBy = async (column: 'health_level' | 'software_version') =>
    db
      .selectFrom('operator_device_states')
      .select(({ fn }) => [column, fn.countAll<number | bigint | string>().as('devices')])
      .where(column, 'is not', null)
      .groupBy(column)
      .orderBy(column)
      .execute();
  const byHealth: Record<HealthLevel, number> = { ok: 0, warning: 0, fault: 0 };
  for (const row of await groupsBy('health_level')) {
    byHealth[(row as { health_level: HealthLevel }).health_level] = countOf(row.devices);
  }
  const versions = (await groupsBy('software_version')).map((row) => ({
    version: (row as { software_version: string }).software_version,
    devices: countOf(row.devices),
  }));
  return {
    devices: countOf(totals.devices),
    online: countOf(totals.online),
    offline: countOf(totals.offline),
    notConfigured: countOf(totals.not_configured),
    byHealth,
    versions,
  };
}
