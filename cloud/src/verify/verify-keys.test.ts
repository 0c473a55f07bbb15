import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signDeviceKey } from '../core/enrol/device-key-record.ts';
import { signDeviceRevocation } from '../core/enrol/device-revocation.ts';
import { openFileCertificateAuthority } from '../drivers/certificates/file-certificate-authority.ts';
import { createOperatorStore } from '../drivers/sql/operator/operator-store.ts';
import { tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import type { Company } from '../ports/ledger.ts';
import { makeTlsKey } from '../roles/operator/testing/enrolling-box.ts';
import { createEvidenceWorld, day, type EvidenceWorld, makeSigner, shops } from './testing/evidence-world.ts';
import { listFindings, runAudit } from './testing/run-audit.ts';

const [shop] = shops as [(typeof shops)[number]];
const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const dayMs = 86_400_000;

let world: EvidenceWorld;
beforeEach(async () => {
  world = await createEvidenceWorld();
  await world.write((targets) =>
    world.writer.sell(targets, {
      ...{ paymentId: '019ab0c0-0000-7000-8000-000000000001' as PaymentId, tender: 'card', merchantId: shop },
      ...{ businessDate: day, atMs, listAmountWon: won(10_000) },
    }),
  );
});
afterEach(() => world.dispose());

const findings = () => listFindings(world.folder);

type Times = Partial<Record<'notBefore' | 'notAfter', string>>;
/** Writes the keys file, with a time for the key of one company. */
function writeKeys(company: Company, times: Times, more: object = {}): void {
  const jwks = (each: Company) => [
    { ...verifyJwkOf(exportSigner(world.signers[each])), ...(each === company ? times : {}) },
  ];
  const keys = { card: jwks('card'), pg: jwks('pg'), operator: jwks('operator') };
  writeFileSync(join(world.folder, 'public-keys.json'), JSON.stringify({ ...keys, ...more }));
}

describe('the key of a company', () => {
  it.each<[string, Times]>([
    ['that was retired before', { notAfter: '2026-11-23T11:59:59+09:00' }],
    ['that was announced after', { notBefore: '2026-11-23T12:00:01+09:00' }],
  ])('%s proves nothing', async (_when, times) => {
    writeKeys('card', times);
    expect((await findings()).slice(0, 2)).toEqual(['card word-forged 1 of 1', 'card entry-unproven 1 of 1']);
    const { text } = await runAudit('--data', world.folder);
    expect(text).toContain('by key card-1, which was not good on 2026-11-23 12:00:00');
    expect(text).toContain('증빙이 이 회사가 당시의 키로 서명한 것이 아닙니다');
  });

  it('proves what was signed in its time', async () => {
    writeKeys('card', { notBefore: '2026-11-23T12:00+09:00', notAfter: '2026-11-23T03:00:00Z' });
    expect(await findings()).toEqual([]);
  });

  it.each(['2026-02-30', '2026-11-23T12:00:00', 'yesterday', '2026-13-23T12:00:00Z'])(
    '%s is no time',
    async (notAfter) => {
      writeKeys('pg', { notAfter });
      expect((await runAudit('--data', world.folder)).code).toBe(2);
    },
  );
});

describe('the key of a box', () => {
  const box = () => world.boxOf(shop);
  const store = () => createOperatorStore(world.dbs.operator);
  const revoke = async (revokedAtMs: number) => {
    const { deviceId } = box();
    await store().revokeBox(
      deviceId,
      revokedAtMs,
      await signDeviceRevocation({ deviceId, revokedAtMs }, world.signers.operator),
    );
  };
  const tamper = (...statements: string[]) => tamperWith(world.dbs.operator, ...statements);

  it('proves nothing after the box was revoked, whatever the rows of its keys are made to say', async () => {
    await revoke(atMs + dayMs);
    expect(await findings()).toEqual([]);
    await tamper('delete from operator_revocations', 'update operator_device_keys set retired_at_ms = null');
    await revoke(atMs - dayMs);
    await tamper('update operator_device_keys set retired_at_ms = null');
    expect(await findings()).toEqual(['operator request-forged 1 of 1']);
  });

  it('proves nothing once the box was enrolled with another', async () => {
    const { deviceId } = box();
    const { kid, x } = exportSigner(makeSigner(`${deviceId}-2`));
    const enrolledAtMs = atMs - dayMs;
    const recordJws = await signDeviceKey({ deviceId, kid, x, enrolledAtMs }, world.signers.operator);
    await store().enrolDevice({ deviceId, merchantId: shop, kid, x, recordJws }, enrolledAtMs);
    await tamper('update operator_device_keys set retired_at_ms = null');
    expect(await findings()).toEqual(['operator request-forged 1 of 1']);
  });

  it('is not revoked by a word that the operator has not signed', async () => {
    const { deviceId } = box();
    await store().revokeBox(
      deviceId,
      atMs - dayMs,
      await signDeviceRevocation({ deviceId, revokedAtMs: 1 }, makeSigner('operator-1')),
    );
    await tamper('update operator_device_keys set retired_at_ms = null');
    expect(await findings()).toEqual([]);
  });

  it('proves nothing while no CA of the keys file certified the box, though its revocation was deleted', async () => {
    const { deviceId } = box();
    const open = (name: string) =>
      openFileCertificateAuthority({
        path: join(world.folder, `${name}.pem`),
        clock: { nowMs: () => atMs - 60 * dayMs },
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      });
    const [authority, stranger] = [await open('ca'), await open('stranger')];
    writeKeys('card', {}, { authorities: [authority.certificatePem] });
    expect(await findings()).toEqual(['operator request-forged 1 of 1']);
    const certify = async (by: typeof authority, fromMs: number): Promise<void> => {
      const request = await by.readRequest((await makeTlsKey()).csr);
      if (!request.ok) throw new Error(request.detail);
      const validity = { notBeforeMs: fromMs, notAfterMs: fromMs + 30 * dayMs };
      await store().addCertificate(deviceId, await by.certifyBox(request.value, deviceId, validity), fromMs);
    };
    // Revoked and forgotten: the last certificate ran out before.
    await certify(authority, atMs - 31 * dayMs);
    await certify(stranger, atMs - dayMs);
    expect(await findings()).toEqual(['operator request-forged 1 of 1']);
    await certify(authority, atMs - dayMs);
    expect(await findings()).toEqual([]);
  });

  it('proves what it signed, where the keys file names it, at the time it gives', async () => {
    const { deviceId, signer } = box();
    const jwk = verifyJwkOf(exportSigner(signer));
    await tamper('delete from operator_device_keys');
    writeKeys('card', {}, { devices: { [deviceId]: [jwk] } });
    expect(await findings()).toEqual([]);
    writeKeys('card', {}, { devices: { [deviceId]: [{ ...jwk, notAfter: '2026-11-22T00:00:00Z' }] } });
    expect(await findings()).toEqual(['operator request-forged 1 of 1']);
  });
});
