import 'reflect-metadata';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import * as x509 from '@peculiar/x509';
import { type EnrolmentReply, enrolmentProofTyp, type ShownClaim } from '@scanpay/shared/api/enrolment.ts';
import { readClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { type JwsSigner, sha256Base64Url, signJws } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A TLS key and a request for its certificate, both PEM. */
export async function makeTlsKey(): Promise<{ key: string; csr: string }> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: ecdsa }, webcrypto);
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`,
    csr: csr.toString('pem'),
  };
}

/** What a box shows when it connects. */
export interface Shown {
  cert: string;
  key: string;
}

/** A call of the enrolment service; rejects when TLS does not come about. */
export async function callEnrolment(
  url: string,
  path: string,
  { body, ca, shown }: { body?: object; ca: string; shown?: Shown },
): Promise<{ status: number; body: Record<string, unknown> & Partial<EnrolmentReply> & { code?: string } }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Record<string, unknown> }>();
  const call = request(
    new URL(path, url),
    {
      method: payload === undefined ? 'GET' : 'POST',
      ca,
      ...shown,
      agent: false,
      headers: payload === undefined ? {} : { 'content-type': 'application/json' },
    },
    (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer) as Record<string, unknown> }),
        reject,
      );
    },
  );
  call.on('error', reject);
  call.end(payload);
  return promise;
}

/** The QR code of a claim as it is shown to the operator. */
export function showText(claimText: string): ShownClaim {
  const claim = readClaimText(claimText);
  if (!claim.ok) throw new Error(claim.detail);
  const { secret, caSha256 } = claim.value;
  return {
    secret: Buffer.from(secret).toString('base64url'),
    caSha256: Buffer.from(caSha256).toString('base64url'),
  };
}

/** A box with keys of its own, that can ask again with the same. */
export async function makeEnrollingBox(kid = 'k-1') {
  const tls = await makeTlsKey();
  const signer: JwsSigner = { kid, privateKey: generateKeyPairSync('ed25519').privateKey };
  return {
    ...tls,
    signer,
    async bodyFor(claim: ShownClaim, csr = tls.csr): Promise<object> {
      const proof = await signJws({ csrSha256: sha256Base64Url(csr) }, signer, enrolmentProofTyp);
      return { claim, csr, signingKey: verifyJwkOf(exportSigner(signer)), proof };
    },
  };
}
