// tsyringe, with which @peculiar/x509 finds its algorithms, looks for this when it is loaded.
import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Clock, RandomBytes } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type {
  CertificateAuthority,
  CertificateRequest,
  OwnIdentity,
  Validity,
} from '../../ports/certificate-authority.ts';
import { readOrMakeSecretFile } from './write-once.ts';

export interface FileCertificateAuthorityOptions {
  /** Holds the CA's private key and certificate (PEM) as one file, mode 0600; made when it is not there. */
  path: string;
  clock: Clock;
  randomBytes: RandomBytes;
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hourMs = 3_600_000;
/** A CA that runs out takes every box with it. */
const caYears = 20;
const maxRequestLength = 4096;

type Key = webcrypto.CryptoKey;

/** The CA's key in a file of this machine. P-256 with ECDSA throughout: what every TLS library speaks. */
export async function openFileCertificateAuthority(
  options: FileCertificateAuthorityOptions,
): Promise<CertificateAuthority> {
  const { path, randomBytes } = options;
  const pem = await readOrMakeSecretFile(path, () => makeAuthority(options));
  const { key, certificate } = await readAuthority(pem, path);
  const issuer = certificate.subject;
  const keyIdentifier = await x509.AuthorityKeyIdentifierExtension.create(certificate, false, webcrypto);

  const certify = async (
    subject: string,
    publicKey: x509.PublicKey | Key,
    validity: Validity,
    extensions: x509.Extension[],
  ) => {
    const serial = makeSerial(randomBytes);
    const made = await x509.X509CertificateGenerator.create(
      {
        serialNumber: serial,
        subject,
        issuer,
        notBefore: new Date(validity.notBeforeMs),
        notAfter: new Date(Math.min(validity.notAfterMs, certificate.notAfter.getTime())),
        signingAlgorithm: ecdsa,
        publicKey: publicKey as x509.PublicKeyType,
        signingKey: key,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          keyIdentifier,
          ...extensions,
        ],
      },
      webcrypto,
    );
    return { serial: serial.toUpperCase(), pem: made.toString('pem'), notAfterMs: made.notAfter.getTime() };
  };
  const makeOwn = async (subject: string, validity: Validity, extensions: x509.Extension[]): Promise<OwnIdentity> => {
    const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
    const { serial, pem: cert } = await certify(subject, keys.publicKey, validity, extensions);
    return { serial, cert, key: await exportPrivateKey(keys.privateKey) };
  };
  const [firstMs, lastMs] = [certificate.notBefore.getTime(), certificate.notAfter.getTime()];

  return {
    certificatePem: certificate.toString('pem'),
    sha256: createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('base64url'),
    readRequest,
    async certifyBox({ pem: csr, publicKeySha256 }, deviceId, validity) {
      const { publicKey } = new x509.Pkcs10CertificateRequest(csr);
      const certified = await certify(`CN=${deviceId}`, publicKey, validity, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true),
        new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `urn:scanpay:${deviceId}` }]),
      ]);
      return { ...certified, publicKeySha256 };
    },
    makeServerIdentity: (hosts, notAfterMs) =>
      makeOwn('CN=ScanPay operator', { notBeforeMs: firstMs, notAfterMs }, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth], true),
        new x509.SubjectAlternativeNameExtension(
          hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
      ]),
    makeLinkIdentity: () =>
      makeOwn('CN=cloud', { notBeforeMs: firstMs, notAfterMs: lastMs }, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true),
      ]),
  };
}

/** Positive, never beginning with a zero, so that every program writes it alike. */
function makeSerial(randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function readRequest(csrPem: string): Promise<Result<CertificateRequest>> {
  const invalid = (detail: string) => refuse('certificate_request_invalid', detail);
  if (csrPem.length > maxRequestLength) return invalid('too long');
  try {
    const request = new x509.Pkcs10CertificateRequest(csrPem);
    const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      return invalid('the key is not P-256');
    }
    if (!(await request.verify(webcrypto))) return invalid('its signature does not hold');
    const spki = key.export({ format: 'der', type: 'spki' });
    return accept({ pem: csrPem, publicKeySha256: createHash('sha256').update(spki).digest('base64url') });
  } catch {
    return invalid('not a request in PEM'); // The parsers' only word for it is an exception.
  }
}

async function makeAuthority({ clock, randomBytes }: FileCertificateAuthorityOptions): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const nowMs = clock.nowMs();
  const notAfter = new Date(nowMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + caYears);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: makeSerial(randomBytes),
      name: 'CN=ScanPay operator CA',
      notBefore: new Date(nowMs - hourMs),
      notAfter,
      signingAlgorithm: ecdsa,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return `${await exportPrivateKey(keys.privateKey)}${certificate.toString('pem')}\n`;
}

async function exportPrivateKey(key: Key): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

/** @throws ScanPayError `configuration` when the file is damaged, or key and certificate do not belong together. */
async function readAuthority(pem: string, path: string): Promise<{ key: Key; certificate: x509.X509Certificate }> {
  const [keyPem = ''] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(pem) ?? [];
  const [certificatePem = ''] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem) ?? [];
  try {
    const privateKey = createPrivateKey(keyPem);
    const certificate = new x509.X509Certificate(certificatePem);
    const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    if (!own.equals(Buffer.from(certificate.publicKey.rawData))) throw new Error('not its key');
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { key: await webcrypto.subtle.importKey('pkcs8', der, ecdsa, false, ['sign']), certificate };
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} does not hold the key and certificate of a CA`, { cause });
  }
}
