import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type { Certificate } from './certificate-authority.ts';

/** A claim to one place at one merchant. Only hashes of what the technician is shown are kept. */
export interface ClaimRecord {
  claimId: string;
  deviceId: DeviceId;
  merchantId: MerchantId;
  /** SHA-256 of the secret in the QR code, and of the short code; base64url. */
  secretSha256: string;
  codeSha256: string;
  createdAtMs: number;
  /** First millisecond at which it is good no longer. */
  expiresAtMs: number;
  /** A newer claim to the same place took its own place, or staff took it back. */
  withdrawnAtMs: number | null;
  usedAtMs: number | null;
  /** Whose it became: `requestIdentity` of the box that used it. */
  usedBy: string | null;
}

/** What a claim is looked up by. */
export type ClaimLookup = { secretSha256: string } | { codeSha256: string };

/** A certificate and what became of it. */
export interface CertificateRecord extends Certificate {
  deviceId: DeviceId;
  issuedAtMs: number;
  revokedAtMs: number | null;
  revocation: RevocationReason | null;
}

/** `revoked`: by staff. `enrolled-again`: by a newer claim. `superseded`: its successor has been used. */
export type RevocationReason = 'revoked' | 'enrolled-again' | 'superseded';

export interface Enrolment {
  claimId: string;
  usedBy: string;
  deviceId: DeviceId;
  merchantId: MerchantId;
  /** The box's message-signing key (Ed25519, JWK member `x`). */
  signingKey: {
    kid: string;
    x: string;
    /** The operator's signed word on it. */
    recordJws: string;
  };
  certificate: Certificate;
}

export interface IdentityStore {
  /** Earlier claims to the same place that nobody has used are withdrawn. */
  putClaim(claim: ClaimRecord): Promise<void>;
  findClaim(lookup: ClaimLookup): Promise<ClaimRecord | undefined>;
  /** Newest first, at most `limit`. */
  listClaims(limit: number): Promise<ClaimRecord[]>;
  /**
   * Uses the claim up, puts the box under its merchant with this key, keeps the certificate and revokes those it had,
   * all in one. Resolves with the serials it revoked. Refuses with `claim_used` when another request was first, and
   * `signing_key_retired` when the box has had this key before and it is retired.
   */
  enrolByClaim(enrolment: Enrolment, nowMs: number): Promise<Result<string[]>>;
  /** Keeps a certificate that renews another of the same box; the other stays good until the new one is used. */
  addCertificate(deviceId: DeviceId, certificate: Certificate, nowMs: number): Promise<void>;
  findCertificate(serial: string): Promise<CertificateRecord | undefined>;
  /** Newest first. */
  listCertificates(deviceId: DeviceId): Promise<CertificateRecord[]>;
  /** Revokes what was issued to the box before this certificate. Resolves with the serials. */
  supersedeBefore(serial: string, nowMs: number): Promise<string[]>;
  /**
   * Revokes every certificate of the box, retires its signing keys, and ends its presence. Resolves with the serials.
   * `recordJws`: the operator's signed word on it.
   */
  revokeBox(deviceId: DeviceId, nowMs: number, recordJws: string): Promise<string[]>;
  /** The operator's signed words on that, in order. */
  listRevocations(deviceId: DeviceId): Promise<string[]>;
}
