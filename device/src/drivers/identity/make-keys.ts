import { createHash, createPrivateKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { exportSigner, type SigningJwk } from '@scanpay/shared/wire/message-key.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A new TLS key and the request for its certificate (PKCS #10), both PEM. The operator names the box, not the request. */
export async function makeTlsKey(): Promise<{ key: string; csr: string }> {
  // Loaded when it is needed: once in weeks, and it takes more memory than the rest of the uplink.
  await import('reflect-metadata');
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const csr = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: ecdsa }, webcrypto);
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { key: key.export({ format: 'pem', type: 'pkcs8' }).toString(), csr: csr.toString('pem') };
}

/** A new key for messages, named after itself. */
export function makeSigningKey(): SigningJwk {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = exportSigner({ kid: 'unnamed', privateKey });
  return { ...jwk, kid: `k-${createHash('sha256').update(jwk.x).digest('hex').slice(0, 16)}` };
}
