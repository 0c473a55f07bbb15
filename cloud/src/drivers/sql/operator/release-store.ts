import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { ReleaseStore } from '../../../ports/release-store.ts';
import { createRolloutStore } from './rollout-store.ts';
import type { OperatorDb } from './transaction.ts';
import { transact } from './transaction.ts';

export function createReleaseStore(db: OperatorDb): ReleaseStore {
  return {
    ...createRolloutStore(db),
    async addRelease(release) {
      const { version, arch, manifestJws, sha256, bytes, expiresAtMs, addedAtMs } = release;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('operator_releases')
        .values({
          version,
          arch,
          manifest_jws: manifestJws,
          sha256,
          bytes,
          expires_at_ms: expiresAtMs,
          added_at_ms: addedAtMs,
        })
        .onConflict((conflict) => conflict.columns(['version', 'arch']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async listReleases() {
      const rows = await db
        .selectFrom('operator_releases')
        .selectAll()
        .orderBy('added_at_ms', 'desc')
        .orderBy('version')
        .orderBy('arch')
        .execute();
      return rows.map(({ version, arch, manifest_jws: manifestJws, sha256, bytes, ...times }) => ({
        ...{ version, arch, manifestJws, sha256, bytes },
        expiresAtMs: times.expires_at_ms,
        addedAtMs: times.added_at_ms,
      }));
    },
    async removeRelease(version, arch) {
      await db.deleteFrom('operator_releases').where('version', '=', version).where('arch', '=', arch).execute();
    },
    async putDeviceRelease({ deviceId: device_id, version, arch, reportedAtMs: reported_at_ms }) {
      await db
        .insertInto('operator_device_releases')
        .values({ device_id, version, arch, reported_at_ms })
        .onConflict((conflict) => conflict.column('device_id').doUpdateSet({ version, arch, reported_at_ms }))
        .execute();
    },
    async listDeviceReleases() {
      const rows = await db.selectFrom('operator_device_releases').selectAll().orderBy('device_id').execute();
      const members = await db.selectFrom('operator_device_groups').selectAll().orderBy('group_name').execute();
      const groupsOf = Map.groupBy(members, (row) => row.device_id);
      return rows.map(({ device_id: deviceId, version, arch, reported_at_ms: reportedAtMs }) => ({
        ...{ deviceId, version, arch, reportedAtMs },
        groups: (groupsOf.get(deviceId) ?? []).map(({ group_name }) => group_name),
      }));
    },
    async setDeviceGroups(deviceId: DeviceId, groups: readonly string[]) {
      await transact(db, async (trx) => {
        await trx.deleteFrom('operator_device_groups').where('device_id', '=', deviceId).execute();
        const rows = groups.map((group_name) => ({ device_id: deviceId, group_name }));
        if (rows.length > 0) await trx.insertInto('operator_device_groups').values(rows).execute();
      });
    },
  };
}
