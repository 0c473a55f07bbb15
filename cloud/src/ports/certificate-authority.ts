import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';

/** A certificate request whose own signature holds: whoever made it has the private key. */
export interface CertificateRequest {
  pem: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), base64url. */
  publicKeySha256: string;
}

export interface Certificate {
  /** Upper-case hex, 32 digits: 16 random bytes (RFC 5280 §4.1.2.2). */
  serial: string;
  /** Of the key it certifies, as in the request. */
  publicKeySha256: string;
  pem: string;
  notAfterMs: number;
}

export interface Validity {
  notBeforeMs: number;
  notAfterMs: number;
}

/** Key and certificate as PEM, for this process alone: the key is never stored. */
export interface OwnIdentity {
  serial: string;
  key: string;
  cert: string;
}

/** Whom boxes and broker believe: certificates of boxes, and of the operator's own servers. */
export interface CertificateAuthority {
  /** The CA's own certificate, PEM. */
  certificatePem: string;
  /** SHA-256 of that certificate (DER), base64url: what a claim pins. */
  sha256: string;
  /** Refuses with `certificate_request_invalid`: another kind of key than P-256, or a signature that is wrong. */
  readRequest(csrPem: string): Promise<Result<CertificateRequest>>;
  /** For TLS clients only; the common name is the device id, which is also in the subject alternative name. */
  certifyBox(request: CertificateRequest, deviceId: DeviceId, validity: Validity): Promise<Certificate>;
  /** For TLS servers only; makes the key, too. Good from the CA's first day on: a box whose clock lags must get in. */
  makeServerIdentity(hosts: readonly string[], notAfterMs: number): Promise<OwnIdentity>;
  /** For the operator's own link to its broker; its common name cannot be a box's. Good for as long as the CA. */
  makeLinkIdentity(): Promise<OwnIdentity>;
}
