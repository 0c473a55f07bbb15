import Type, { type Static } from 'typebox';
import { OperatorVerifyJwkSchema } from '../auth-barcode/key-jwk.ts';
import { DeviceIdSchema, EpochMsSchema, MerchantIdSchema, Sha256Schema, strictObject } from '../schema.ts';
import { VerifyJwkSchema } from '../wire/message-key.ts';

const Pem = Type.String({ minLength: 1, maxLength: 4096 });

/** Names the kind of document that proves the signing key (`EnrolmentBody.proof`). */
export const enrolmentProofTyp = 'scanpay-enrolment+json';

/** The claim, as the QR code gave it or as it was typed. */
export const ShownClaimSchema = Type.Union([
  strictObject({
    /** 16 bytes, base64url. */
    secret: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
    /** SHA-256 of the CA certificate that the claim names. */
    caSha256: Sha256Schema,
  }),
  strictObject({ code: Type.String({ minLength: 8, maxLength: 40 }) }),
]);
export type ShownClaim = Static<typeof ShownClaimSchema>;

/** A certificate request (PKCS #10, RFC 2986) with a P-256 key; its subject is not looked at. */
const CsrSchema = Type.String({ minLength: 1, maxLength: 4096, description: 'PKCS #10 in PEM, P-256.' });

/** After EST's simpleenroll (RFC 7030 §4.2), with a claim in the place of a password. */
export const EnrolmentBodySchema = strictObject({
  claim: ShownClaimSchema,
  csr: CsrSchema,
  /** The key the box signs its messages with. */
  signingKey: VerifyJwkSchema,
  /** JWS by that key over `{ csrSha256 }`, the hash of the text in `csr`: the box holds both keys. */
  proof: Type.String({ minLength: 1, maxLength: 1024 }),
});
export type EnrolmentBody = Static<typeof EnrolmentBodySchema>;

/** What a box must know of its place. */
export const BoxConfigurationSchema = strictObject({
  merchant: strictObject({
    merchantId: MerchantIdSchema,
    name: Type.String({ minLength: 1, maxLength: 60 }),
    businessNumber: Type.String({ pattern: '^[0-9]{3}-[0-9]{2}-[0-9]{5}$' }),
  }),
  operator: strictObject({
    messageKeys: Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 8 }),
    couponKeys: Type.Array(OperatorVerifyJwkSchema, { minItems: 1, maxItems: 16 }),
    /** As of when: what the box learns later over the wire is worth more. */
    issuedAtMs: Type.Optional(EpochMsSchema),
  }),
  brokerUrl: Type.String({ pattern: '^mqtts://', maxLength: 300 }),
});
export type BoxConfiguration = Static<typeof BoxConfigurationSchema>;

/** Answer to an enrolment and to a renewal. */
export const EnrolmentReplySchema = strictObject({
  deviceId: DeviceIdSchema,
  certificate: Pem,
  /** CAs of the operator: what the broker's certificate must chain to. */
  caCertificates: Type.Array(Pem, { minItems: 1, maxItems: 4 }),
  /** From here on the box asks for the next certificate. */
  renewAfterMs: EpochMsSchema,
  expiresAtMs: EpochMsSchema,
  configuration: BoxConfigurationSchema,
});
export type EnrolmentReply = Static<typeof EnrolmentReplySchema>;

/** After EST's simplereenroll (RFC 7030 §4.2.2): the connection shows the certificate that is to be renewed. */
export const RenewalBodySchema = strictObject({ csr: CsrSchema });
export type RenewalBody = Static<typeof RenewalBodySchema>;

export const CaReplySchema = strictObject({ caCertificates: Type.Array(Pem, { minItems: 1, maxItems: 4 }) });
