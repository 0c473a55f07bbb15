import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { basisPoints } from '@scanpay/shared/money.ts';
import { type JwsSigner, sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { Kysely } from 'kysely';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { contractOf, feeOf } from '../../core/contract/testing/contracts.ts';
import { signDeviceKey } from '../../core/enrol/device-key-record.ts';
import { cardMigrations } from '../../drivers/sql/card/migrations.ts';
import type { CardTables } from '../../drivers/sql/card/tables.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '../../drivers/sql/database.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { asLedger } from '../../drivers/sql/ledger/tables.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import { pgMigrations } from '../../drivers/sql/pg/migrations.ts';
import type { PgTables } from '../../drivers/sql/pg/tables.ts';
import type { Company } from '../../ports/ledger.ts';
import { couponOf, writeCoupon } from './coupons.ts';
import { createEvidenceWriter, type EvidenceTargets } from './evidence-writer.ts';

export const day = '2026-11-23' as BusinessDate;
export const shops = ['m-1', 'm-2'] as MerchantId[];
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };

export function makeSigner(kid: string): JwsSigner {
  return { kid, privateKey: generateKeyPairSync('ed25519').privateKey };
}

/** A folder as the cloud leaves it, with the keys to check it by; nothing is in the books yet. */
export async function createEvidenceWorld(folder = mkdtempSync(join(tmpdir(), 'scanpay-evidence-'))) {
  const signers = { card: makeSigner('card-1'), pg: makeSigner('pg-1'), operator: makeSigner('operator-1') };
  const boxes = new Map(shops.map((merchantId) => [merchantId, makeBox(merchantId)]));
  const dbs = {
    operator: await open<OperatorTables>(folder, 'operator', operatorMigrations),
    pg: await open<PgTables>(folder, 'pg', pgMigrations),
    card: await open<CardTables>(folder, 'card', cardMigrations),
  };
  const contracts = shops.flatMap((merchantId): ContractVersion[] => [
    contractOf(merchantId, rates),
    contractOf(merchantId, rates, {
      ...{ version: 2, validFrom: '2026-11-24' as BusinessDate },
      ...{ cardFee: feeOf(150), operatorFee: feeOf(300) },
    }),
  ]);
  const store = createOperatorStore(dbs.operator);
  for (const contract of contracts) {
    const digest = sha256Base64Url(canonicalJson(contract));
    await store.addContract({ contract, digest, enteredAtMs: 0 });
  }
  for (const [merchantId, { deviceId, signer }] of boxes) {
    const { kid, x } = exportSigner(signer);
    const recordJws = await signDeviceKey({ deviceId, kid, x, enrolledAtMs: 0 }, signers.operator);
    await store.enrolDevice({ deviceId, merchantId, kid, x, recordJws }, 0);
    await writeCoupon(dbs.operator, couponOf(merchantId), signers.pg);
  }
  const jwks = (signer: JwsSigner) => [verifyJwkOf(exportSigner(signer))];
  const keys = { card: jwks(signers.card), pg: jwks(signers.pg), operator: jwks(signers.operator) };
  writeFileSync(join(folder, 'public-keys.json'), JSON.stringify(keys));
  const boxOf = (merchantId: MerchantId) => boxes.get(merchantId) ?? makeBox(merchantId);
  return {
    folder,
    dbs,
    signers,
    boxOf,
    contracts,
    writer: createEvidenceWriter({ signers, boxOf, contracts }),
    /** All of it or nothing, in one transaction of each company. */
    write<T>(work: (targets: EvidenceTargets) => Promise<T>): Promise<T> {
      return dbs.operator
        .transaction()
        .execute((operator) =>
          dbs.pg
            .transaction()
            .execute((pg) =>
              dbs.card
                .transaction()
                .execute((card) => work({ operator, pg: asLedger<PgTables>(pg), card: asLedger<CardTables>(card) })),
            ),
        );
    },
    async close(): Promise<void> {
      for (const db of Object.values(dbs)) await db.destroy();
    },
    async dispose(): Promise<void> {
      for (const db of Object.values(dbs)) await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type EvidenceWorld = Awaited<ReturnType<typeof createEvidenceWorld>>;

function makeBox(merchantId: MerchantId): { deviceId: DeviceId; signer: JwsSigner } {
  const deviceId = `box-${merchantId}` as DeviceId;
  return { deviceId, signer: makeSigner(`${deviceId}-1`) };
}

async function open<Tables>(
  folder: string,
  company: Company,
  migrations: Parameters<typeof migrateToLatest>[1],
): Promise<Kysely<Tables>> {
  const db = createSqliteKysely<Tables>(openSqliteFile(join(folder, company, `${company}.sqlite`)));
  await migrateToLatest(db, { ...ledgerMigrations, ...migrations });
  return db;
}
