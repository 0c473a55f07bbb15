import type { ReleaseStore } from '../../../ports/release-store.ts';
import { createRolloutStore } from './rollout-store.ts';
import type { OperatorDb } from './transaction.ts';

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
      const rows = await db
        .selectFrom('operator_device_releases as running')
        .leftJoin('operator_device_configs as config', 'config.device_id', 'running.device_id')
        .selectAll('running')
        .select('config.group_name')
        .orderBy('running.device_id')
        .execute();
      return rows.map(({ device_id: deviceId, version, arch, group_name: group, reported_at_ms: reportedAtMs }) => ({
        deviceId,
        version,
        arch,
        group,
        reportedAtMs,
      }));
    },
  };
}
