import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { sql } from 'kysely';
import type { Certificate } from '../../../ports/certificate-authority.ts';
import type {
  CertificateRecord,
  ClaimRecord,
  Enrolment,
  IdentityStore,
  RevocationReason,
} from '../../../ports/identity-store.ts';
import { lockIdentities } from '../book-locks.ts';
import { prepareQuery } from '../prepare-query.ts';
import { endPresence } from './fleet-state-store.ts';
import type { CertificateTable, ClaimTable, OperatorTables } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

/** One at a time: the order of issue, the one claim that is good, and a revocation that misses no certificate. */
const transactAlone: typeof transact = (db, work) =>
  transact(db, async (trx, undo) => {
    await lockIdentities<OperatorTables>(trx);
    return work(trx, undo);
  });

export function createIdentityStore(db: OperatorDb): IdentityStore {
  return {
    ...createClaimRows(db),
    enrolByClaim: (enrolment, nowMs) =>
      transactAlone<Result<string[]>>(db, async (trx, undo) => {
        const { claimId, usedBy, deviceId, merchantId, signingKey, certificate } = enrolment;
        const used = await trx
          .updateTable('operator_claims')
          .set({ used_at_ms: nowMs, used_by: usedBy })
          .where('claim_id', '=', claimId)
          .where('used_at_ms', 'is', null)
          .where('withdrawn_at_ms', 'is', null)
          .executeTakeFirst();
        if (used.numUpdatedRows !== 1n) return undo(refuse('claim_used', 'another request was first'));
        await trx
          .insertInto('operator_devices')
          .values({ device_id: deviceId, merchant_id: merchantId, enrolled_at_ms: nowMs })
          .onConflict((conflict) => conflict.column('device_id').doUpdateSet({ merchant_id: merchantId }))
          .execute();
        if (!(await keepSigningKey(trx, deviceId, signingKey, nowMs))) return undo(refuse('signing_key_retired'));
        const revoked = await revoke(trx, deviceId, 'enrolled-again', nowMs);
        await insertCertificate(trx, deviceId, certificate, nowMs);
        return accept(revoked);
      }),
    addCertificate: (deviceId, certificate, nowMs) =>
      transactAlone(db, (trx) => insertCertificate(trx, deviceId, certificate, nowMs)),
    async findCertificate(serial) {
      const row = await findBySerial.first(db, { serial });
      return row && toCertificate(row);
    },
    async listCertificates(deviceId) {
      const rows = await db
        .selectFrom('operator_certificates')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('issue', 'desc')
        .execute();
      return rows.map(toCertificate);
    },
    supersedeBefore: (serial, nowMs) =>
      transactAlone(db, async (trx) => {
        const own = await findBySerial.first(trx, { serial });
        return own === undefined ? [] : revoke(trx, own.device_id, 'superseded', nowMs, own.issue);
      }),
    revokeBox: (deviceId, nowMs, recordJws) =>
      transactAlone(db, async (trx) => {
        await trx
          .insertInto('operator_revocations')
          .values({ device_id: deviceId, revoked_at_ms: nowMs, record_jws: recordJws })
          .execute();
        await trx
          .updateTable('operator_device_keys')
          .set({ retired_at_ms: nowMs })
          .where('device_id', '=', deviceId)
          .where('retired_at_ms', 'is', null)
          .execute();
        await endPresence(trx, deviceId, nowMs);
        return revoke(trx, deviceId, 'revoked', nowMs);
      }),
    async listRevocations(deviceId) {
      const query = db.selectFrom('operator_revocations').select('record_jws').where('device_id', '=', deviceId);
      return (await query.orderBy('revoked_at_ms').execute()).map((row) => row.record_jws);
    },
  };
}

function createClaimRows(db: OperatorDb): Pick<IdentityStore, 'putClaim' | 'findClaim' | 'listClaims'> {
  return {
    putClaim: (claim) =>
      transactAlone(db, async (trx) => {
        await trx
          .updateTable('operator_claims')
          .set({ withdrawn_at_ms: claim.createdAtMs })
          .where('device_id', '=', claim.deviceId)
          .where('used_at_ms', 'is', null)
          .where('withdrawn_at_ms', 'is', null)
          .execute();
        await trx.insertInto('operator_claims').values(toClaimRow(claim)).execute();
      }),
    async findClaim(lookup) {
      const select = db.selectFrom('operator_claims').selectAll();
      const row = await ('secretSha256' in lookup
        ? select.where('secret_sha256', '=', lookup.secretSha256)
        : select.where('code_sha256', '=', lookup.codeSha256)
      ).executeTakeFirst();
      return row && toClaim(row);
    },
    async listClaims(limit) {
      const newest = db
        .selectFrom('operator_claims')
        .selectAll()
        .orderBy('created_at_ms', 'desc')
        .orderBy('claim_id', 'desc');
      const rows = await newest.limit(limit).execute();
      return rows.map(toClaim);
    },
  };
}

/** False: the box has had a key of this name, another one or one that is retired. */
async function keepSigningKey(
  trx: OperatorTrx,
  deviceId: DeviceId,
  { kid, x, recordJws }: Enrolment['signingKey'],
  nowMs: number,
): Promise<boolean> {
  await trx
    .insertInto('operator_device_keys')
    .values({ device_id: deviceId, kid, x, enrolled_at_ms: nowMs, retired_at_ms: null, record_jws: recordJws })
    .onConflict((conflict) => conflict.columns(['device_id', 'kid']).doNothing())
    .execute();
  await trx
    .updateTable('operator_device_keys')
    .set({ retired_at_ms: nowMs })
    .where('device_id', '=', deviceId)
    .where('kid', '<>', kid)
    .where('retired_at_ms', 'is', null)
    .execute();
  const kept = await trx
    .selectFrom('operator_device_keys')
    .select(['x', 'retired_at_ms'])
    .where('device_id', '=', deviceId)
    .where('kid', '=', kid)
    .executeTakeFirstOrThrow();
  return kept.x === x && kept.retired_at_ms === null;
}

async function insertCertificate(
  trx: OperatorTrx,
  deviceId: DeviceId,
  { serial, publicKeySha256, pem, notAfterMs }: Certificate,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto('operator_certificates')
    .values({
      serial,
      issue: sql<number>`(select coalesce(max(issue), 0) + 1 from operator_certificates)`,
      device_id: deviceId,
      public_key_sha256: publicKeySha256,
      pem,
      issued_at_ms: nowMs,
      not_after_ms: notAfterMs,
      revoked_at_ms: null,
      revocation: null,
    })
    .execute();
}

/** Revokes the box's certificates, or those issued before `beforeIssue`; the serials of those that were good. */
async function revoke(
  trx: OperatorTrx,
  deviceId: DeviceId,
  reason: RevocationReason,
  nowMs: number,
  beforeIssue?: number,
): Promise<string[]> {
  let update = trx
    .updateTable('operator_certificates')
    .set({ revoked_at_ms: nowMs, revocation: reason })
    .where('device_id', '=', deviceId)
    .where('revoked_at_ms', 'is', null);
  if (beforeIssue !== undefined) update = update.where('issue', '<', beforeIssue);
  const rows = await update.returning('serial').execute();
  return rows.map(({ serial }) => serial);
}

const findBySerial = prepareQuery<OperatorTables, { serial: string }, CertificateTable>((db, { serial }) =>
  db.selectFrom('operator_certificates').selectAll().where('serial', '=', serial),
);

function toCertificate(row: CertificateTable): CertificateRecord {
  const { serial, pem, device_id: deviceId, public_key_sha256: publicKeySha256, revocation } = row;
  const { issued_at_ms: issuedAtMs, not_after_ms: notAfterMs, revoked_at_ms: revokedAtMs } = row;
  return { serial, publicKeySha256, pem, deviceId, issuedAtMs, notAfterMs, revokedAtMs, revocation };
}

function toClaimRow(claim: ClaimRecord): ClaimTable {
  return {
    claim_id: claim.claimId,
    device_id: claim.deviceId,
    merchant_id: claim.merchantId,
    secret_sha256: claim.secretSha256,
    code_sha256: claim.codeSha256,
    created_at_ms: claim.createdAtMs,
    expires_at_ms: claim.expiresAtMs,
    withdrawn_at_ms: claim.withdrawnAtMs,
    used_at_ms: claim.usedAtMs,
    used_by: claim.usedBy,
  };
}

function toClaim(row: ClaimTable): ClaimRecord {
  return {
    claimId: row.claim_id,
    deviceId: row.device_id,
    merchantId: row.merchant_id,
    secretSha256: row.secret_sha256,
    codeSha256: row.code_sha256,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    withdrawnAtMs: row.withdrawn_at_ms,
    usedAtMs: row.used_at_ms,
    usedBy: row.used_by,
  };
}
