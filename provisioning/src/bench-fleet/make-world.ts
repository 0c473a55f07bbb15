import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileCertificateAuthority } from '@scanpay/cloud/drivers/certificates/file-certificate-authority.ts';
import { makeTlsKey } from '@scanpay/device/drivers/identity/make-keys.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { exportSigner, type SigningJwk } from '@scanpay/shared/wire/message-key.ts';

/** A box of the bench, as its process needs it. */
export interface BenchBox {
  deviceId: DeviceId;
  serial: string;
  key: string;
  cert: string;
  signingKey: SigningJwk;
}

/** What all processes of the bench are given, as JSON. */
export interface BenchWorld {
  folder: string;
  ca: string;
  operatorKey: SigningJwk;
  server: { key: string; cert: string };
  link: { serial: string; key: string; cert: string };
  boxes: BenchBox[];
}

const yearMs = 365 * 86_400_000;
const makeSigningJwk = (kid: string): SigningJwk =>
  exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });

/** A certificate authority, as the operator has it, and boxes whose keys and certificates are made as any box's are. */
export async function makeWorld(count: number): Promise<{ world: BenchWorld; path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-bench-fleet-'));
  const authority = await openFileCertificateAuthority({
    path: join(folder, 'authority.pem'),
    clock: systemScheduler,
    randomBytes,
  });
  const nowMs = Date.now();
  const validity = { notBeforeMs: nowMs - 3_600_000, notAfterMs: nowMs + yearMs };
  const boxes: BenchBox[] = [];
  for (let n = 1; n <= count; n += 1) {
    const deviceId = `box-bench-${String(n).padStart(5, '0')}` as DeviceId;
    const { key, csr } = await makeTlsKey();
    const request = await authority.readRequest(csr);
    if (!request.ok) throw new Error(request.detail);
    const { pem: cert, serial } = await authority.certifyBox(request.value, deviceId, validity);
    boxes.push({ deviceId, serial, key, cert, signingKey: makeSigningJwk(`${deviceId}-1`) });
  }
  const { key, cert } = await authority.makeServerIdentity(['127.0.0.1'], nowMs + yearMs);
  const world: BenchWorld = {
    folder,
    ca: authority.certificatePem,
    operatorKey: makeSigningJwk('operator-1'),
    server: { key, cert },
    link: await authority.makeLinkIdentity(),
    boxes,
  };
  const path = join(folder, 'world.json');
  writeFileSync(path, JSON.stringify(world), { mode: 0o600 });
  return { world, path, remove: () => rmSync(folder, { recursive: true }) };
}
