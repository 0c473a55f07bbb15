import { BoxConfigurationSchema } from '@scanpay/shared/api/enrolment.ts';
import { DeviceIdSchema, EpochMsSchema, Sha256Schema, strictObject } from '@scanpay/shared/schema.ts';
import { SigningJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static } from 'typebox';

const Pem = Type.String({ minLength: 1, maxLength: 4096 });

/** Who this box is, and how it proves it. The keys are made here and sent nowhere. */
export const StoredIdentitySchema = strictObject({
  v: Type.Literal(1),
  deviceId: DeviceIdSchema,
  /** The claim it came by; the same one given again changes nothing. */
  claimSha256: Sha256Schema,
  /** Signs messages. */
  signingKey: SigningJwkSchema,
  tls: strictObject({ key: Pem, certificate: Pem, caCertificates: Type.Array(Pem, { minItems: 1, maxItems: 4 }) }),
  renewAfterMs: EpochMsSchema,
  expiresAtMs: EpochMsSchema,
  /** Where the certificate is renewed. */
  enrolmentUrl: Type.String({ pattern: '^https://' }),
  configuration: BoxConfigurationSchema,
});
export type StoredIdentity = Static<typeof StoredIdentitySchema>;

/** Keys that were made for a claim; kept until its answer is there, so that a lost answer can be asked for again. */
export const PendingEnrolmentSchema = strictObject({
  v: Type.Literal(1),
  claimSha256: Sha256Schema,
  tlsKey: Pem,
  csr: Pem,
  signingKey: SigningJwkSchema,
});
export type PendingEnrolment = Static<typeof PendingEnrolmentSchema>;

/** Whole or not at all, also when the power fails. */
export interface IdentityStore {
  /** With what the operator has told since. Undefined: not enrolled. @throws ScanPayError `configuration` when it cannot be read. */
  read(): StoredIdentity | undefined;
  /** Takes the place of the one before. */
  write(identity: StoredIdentity): void;
  readPending(): PendingEnrolment | undefined;
  writePending(pending: PendingEnrolment): void;
  clearPending(): void;
}
