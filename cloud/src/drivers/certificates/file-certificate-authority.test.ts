import 'reflect-metadata';
import { createHash, generateKeyPairSync, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileCertificateAuthority } from './file-certificate-authority.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'authority-'));
  path = join(folder, 'ca', 'authority.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

const clock = createVirtualScheduler();
const nowMs = clock.nowMs();
const dayMs = 86_400_000;
const open = (at = path) => openFileCertificateAuthority({ path: at, clock, randomBytes });
const box = 'box-a' as DeviceId;
const validity = { notBeforeMs: nowMs - 1_000, notAfterMs: nowMs + dayMs };

const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
async function makeCsr(name = 'CN=whoever', algorithm: EcKeyGenParams & { hash: string } = p256): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    { name, keys, signingAlgorithm: algorithm },
    webcrypto,
  );
  return request.toString('pem');
}
type EcKeyGenParams = { name: string; namedCurve: string };

/** The signature of one key under the public key of another. */
async function makeForgedCsr(): Promise<string> {
  const [own, foreign] = [await makeCsr(), await makeCsr()].map((pem) => new x509.Pkcs10CertificateRequest(pem));
  const der = Buffer.from(own!.rawData);
  const at = der.indexOf(Buffer.from(own!.publicKey.rawData));
  der.set(new Uint8Array(foreign!.publicKey.rawData), at);
  return new x509.Pkcs10CertificateRequest(der).toString('pem');
}

async function certify(authority: Awaited<ReturnType<typeof open>>) {
  const request = await authority.readRequest(await makeCsr());
  if (!request.ok) throw new Error(request.detail);
  return { request: request.value, issued: await authority.certifyBox(request.value, box, validity) };
}

describe('openFileCertificateAuthority', () => {
  it('keeps one key for good, for its owner alone', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    expect(second.certificatePem).toBe(first.certificatePem);
    expect((await open()).sha256).toBe(first.sha256);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { raw } = new X509Certificate(first.certificatePem);
    expect(first.sha256).toBe(createHash('sha256').update(raw).digest('base64url'));
    expect((await open(join(folder, 'other.pem'))).sha256).not.toBe(first.sha256);
  });

  it('names the box in subject and alternative name, whatever the request says, for clients only', async () => {
    const authority = await open();
    const { issued, request } = await certify(authority);
    const certificate = new X509Certificate(issued.pem);
    expect(certificate).toMatchObject({
      subject: 'CN=box-a',
      subjectAltName: 'URI:urn:scanpay:box-a',
      serialNumber: issued.serial,
      ca: false,
      keyUsage: ['1.3.6.1.5.5.7.3.2'],
    });
    expect(issued.serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(certificate.validToDate.getTime()).toBe(Math.floor(validity.notAfterMs / 1_000) * 1_000);
    const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });
    expect(request.publicKeySha256).toBe(createHash('sha256').update(spki).digest('base64url'));
    const ca = new X509Certificate(authority.certificatePem);
    expect(certificate.verify(ca.publicKey) && certificate.checkIssued(ca)).toBe(true);
  });

  it('makes servers known by name and address, for servers only', async () => {
    const authority = await open();
    const { cert, key } = await authority.makeServerIdentity(['127.0.0.1', 'mqtt.example'], nowMs + dayMs);
    const certificate = new X509Certificate(cert);
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:mqtt.example');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.validFromDate).toEqual(new X509Certificate(authority.certificatePem).validFromDate);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it.each([
    ['nothing', async () => ''],
    ['another curve', () => makeCsr('CN=x', { ...p256, namedCurve: 'P-384' })],
    ['a long text', async () => 'x'.repeat(5_000)],
    ['a request with another key put in', makeForgedCsr],
    [
      'a public key alone',
      async () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' }),
    ],
  ])('refuses %s as a request', async (_what, make) => {
    const authority = await open();
    expect(await authority.readRequest(String(await make()))).toMatchObject({
      ok: false,
      code: 'certificate_request_invalid',
    });
  });

  it('says so when its file is damaged, and makes no other CA in its place', async () => {
    await open();
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, 100));
    await expect(open()).rejects.toThrow(/authority\.pem does not hold/);
    await open(join(folder, 'other.pem'));
    const other = readFileSync(join(folder, 'other.pem'), 'utf8');
    writeFileSync(path, text.slice(0, text.indexOf('-----BEGIN CERT')) + other.slice(other.indexOf('-----BEGIN CERT')));
    await expect(open()).rejects.toThrow(/authority\.pem does not hold/);
  });
});
