import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createIdMaker, type DeviceId, type MerchantId } from '@scanpay/shared/ids.ts';
import { type ReleaseManifest, signManifest } from '@scanpay/shared/release/manifest.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { UpdateReport, WantedRelease } from '@scanpay/shared/wire/release-messages.ts';
import { createReleaseFiles } from '../../../drivers/releases/release-files.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { operatorMigrations } from '../../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../../drivers/sql/operator/operator-store.ts';
import { createReleaseStore } from '../../../drivers/sql/operator/release-store.ts';
import type { OperatorTables } from '../../../drivers/sql/operator/tables.ts';
import { createTemporaryDatabase } from '../../../drivers/sql/testing/temporary-database.ts';
import { createRoleApp, type RoleApp } from '../../common/role-app.ts';
import { openReleases } from '../releases/open-releases.ts';
import type { UpdateFailure } from '../releases/rollout-desk.ts';

export type ReleaseWorld = Awaited<ReturnType<typeof createReleaseWorld>>;

const dayMs = 86_400_000;

/** The operator's part in updates, with a real store and files, and boxes that the test plays. */
export async function createReleaseWorld(
  limits: { maxReleases?: number; maxDownloads?: number } = {},
  extend: (app: RoleApp) => void = () => undefined,
) {
  const database = createTemporaryDatabase<OperatorTables>({ ...ledgerMigrations, ...operatorMigrations });
  const db = await database.open();
  const store = createReleaseStore(db);
  const files = createReleaseFiles(join(database.folder, 'releases'));
  const scheduler = createVirtualScheduler(Date.parse('2026-11-23T03:00:00Z'));
  const signer: JwsSigner = { kid: 'release-1', privateKey: generateKeyPairSync('ed25519').privateKey };
  const said: [string, WantedRelease | null][] = [];
  const failures: UpdateFailure[] = [];
  let isBrokerUp = true;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const config = { maxReleases: 20, maxBytes: 1_000_000, maxDownloads: 10, ...limits };
  const parts = {
    ...{ store, files, scheduler, ids: createIdMaker(scheduler, randomBytes), log: silent },
    enrolmentUrl: () => 'https://operator.example:8443',
    async send(deviceId: DeviceId, _channel: unknown, draft: { type: string; release?: WantedRelease | null }) {
      if (!isBrokerUp) throw new Error('no broker');
      said.push([deviceId, draft.release ?? null]);
    },
    onUpdateFailed: (failure: UpdateFailure) => void failures.push(failure),
  };
  const releases = openReleases({ ...config, keys: [verifyJwkOf(exportSigner(signer))] }, parts);
  const app = createRoleApp({ title: 'operator', log: silent });
  app.after(() => {
    releases.addRoutes(app);
    extend(app);
  });
  const service = createRoleApp({ title: 'enrolment', log: silent });
  releases.addService(service);

  const manifestOf = (version: string, content: Buffer, differing: Partial<ReleaseManifest> = {}, by = signer) => {
    const sha256 = createHash('sha256').update(content).digest('base64url');
    const artifact = { bytes: content.length, sha256, unpackedBytes: content.length };
    const issuedAtMs = scheduler.nowMs();
    const about = { v: 1, product: 'scanpay-box', version, arch: 'arm64', artifact, minFromVersion: '0.0.0' } as const;
    return signManifest({ ...about, issuedAtMs, expiresAtMs: issuedAtMs + dayMs, ...differing }, by);
  };
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const reply = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
  };
  const upload = async (version: string, content: Buffer, arch = 'arm64') => {
    const headers = { 'content-type': 'application/octet-stream' };
    const url = `/v1/releases/${version}/${arch}/artifact`;
    const reply = await app.inject({ method: 'PUT', url, headers, payload: content });
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
  };
  const report = (deviceId: string, version: string, update: Partial<UpdateReport> | null = null) =>
    releases.takeReport(deviceId as DeviceId, {
      ...{ v: 1, type: 'release.report', messageId: '', deviceId: deviceId as DeviceId, sentAtMs: 0 },
      ...{ version, arch: 'arm64' },
      update: update && { rolloutId: '', version: '1.1.0', phase: 'downloading', code: null, detail: '', ...update },
    });
  return {
    ...{ app, service, store, files, scheduler, releases, said, failures, manifestOf, call, upload, report },
    setBroker: (isUp: boolean) => {
      isBrokerUp = isUp;
    },
    /** Entered and uploaded. */
    async publish(version: string): Promise<void> {
      const content = Buffer.from(`release ${version}`);
      await call('POST', '/v1/releases', { manifestJws: await manifestOf(version, content) });
      await upload(version, content);
    },
    async setGroup(deviceId: string, group: string): Promise<void> {
      const fleet = createOperatorStore(db);
      const merchantId = 'm-1' as MerchantId;
      await fleet.enrolDevice({ deviceId: deviceId as DeviceId, merchantId, kid: 'k-1', x: 'x-1' }, 0);
      await fleet.setGroup(deviceId as DeviceId, group, { nowMs: 0, maxGroups: 1 });
    },
    async dispose(): Promise<void> {
      await releases.stop();
      await app.close();
      await service.close();
      await database.remove();
    },
  };
}
