/**
 * The auth barcode's keys as JSON Web Keys (RFC 7517, RFC 8037 for Ed25519 and X25519), so that configuration and
 * secret files can hold them. The schemas belong into the configuration's schema; the importers then take what it
 * parsed. `kid` is the one-byte key id in decimal.
 */
import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { ScanPayError } from '../errors.ts';
import {
  checkKeyId,
  type OperatorSigningKey,
  type OperatorVerifyKey,
  type PgBoxPrivateKey,
  type PgBoxPublicKey,
  type RegistrationBoxKey,
} from './keys.ts';

/** 32 bytes in base64url without padding; the last character has two unused bits, which are zero. */
const Bytes32 = Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' });
const Kid = Type.String({ pattern: '^(0|[1-9][0-9]{0,2})$', description: 'Key id, 0 to 255.' });
const closed = { additionalProperties: false } as const;

const ed25519 = { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Bytes32, kid: Kid };
const x25519 = { kty: Type.Literal('OKP'), crv: Type.Literal('X25519'), x: Bytes32, kid: Kid };

export const OperatorSigningJwkSchema = Type.Object({ ...ed25519, d: Bytes32 }, closed);
export const OperatorVerifyJwkSchema = Type.Object(ed25519, closed);
export const RegistrationBoxJwkSchema = Type.Object({ kty: Type.Literal('oct'), k: Bytes32, kid: Kid }, closed);
export const PgBoxPrivateJwkSchema = Type.Object({ ...x25519, d: Bytes32 }, closed);
export const PgBoxPublicJwkSchema = Type.Object(x25519, closed);

export type OperatorSigningJwk = Static<typeof OperatorSigningJwkSchema>;
export type OperatorVerifyJwk = Static<typeof OperatorVerifyJwkSchema>;
export type RegistrationBoxJwk = Static<typeof RegistrationBoxJwkSchema>;
export type PgBoxPrivateJwk = Static<typeof PgBoxPrivateJwkSchema>;
export type PgBoxPublicJwk = Static<typeof PgBoxPublicJwkSchema>;

/** Node takes the public part of a private JWK unread, so a pair mixed from two keys has to be noticed here. */
function importPrivate(jwk: OperatorSigningJwk | PgBoxPrivateJwk): KeyObject {
  const key = createPrivateKey({ format: 'jwk', key: { ...jwk } });
  if (createPublicKey(key).export({ format: 'jwk' }).x !== jwk.x) {
    throw new ScanPayError('configuration', `key ${jwk.kid}: x is not the public part of d`);
  }
  return key;
}

function importPublic({ kty, crv, x }: OperatorVerifyJwk | PgBoxPublicJwk): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty, crv, x } });
}

function member(jwk: JsonWebKey, name: 'x' | 'd' | 'k'): string {
  const value = jwk[name];
  if (typeof value !== 'string') throw new ScanPayError('internal', `the exported key has no ${name}`);
  return value;
}

/** @throws ScanPayError `configuration` when `kid` is above 255 or `x` does not belong to `d`. */
export function importOperatorSigningKey(jwk: OperatorSigningJwk): OperatorSigningKey {
  return { use: 'operator-signing', kid: checkKeyId(Number(jwk.kid)), privateKey: importPrivate(jwk) };
}

/** @throws ScanPayError `configuration` when `kid` is above 255. */
export function importOperatorVerifyKey(jwk: OperatorVerifyJwk): OperatorVerifyKey {
  return { use: 'operator-verify', kid: checkKeyId(Number(jwk.kid)), publicKey: importPublic(jwk) };
}

/** @throws ScanPayError `configuration` when `kid` is above 255. */
export function importRegistrationBoxKey(jwk: RegistrationBoxJwk): RegistrationBoxKey {
  const secretKey = createSecretKey(Buffer.from(jwk.k, 'base64url'));
  return { use: 'registration-box', kid: checkKeyId(Number(jwk.kid)), secretKey };
}

/** @throws ScanPayError `configuration` when `kid` is above 255 or `x` does not belong to `d`. */
export function importPgBoxPrivateKey(jwk: PgBoxPrivateJwk): PgBoxPrivateKey {
  return { use: 'pg-box-private', kid: checkKeyId(Number(jwk.kid)), privateKey: importPrivate(jwk) };
}

/** @throws ScanPayError `configuration` when `kid` is above 255. */
export function importPgBoxPublicKey(jwk: PgBoxPublicJwk): PgBoxPublicKey {
  return { use: 'pg-box-public', kid: checkKeyId(Number(jwk.kid)), publicKey: importPublic(jwk) };
}

export function exportOperatorSigningKey({ kid, privateKey }: OperatorSigningKey): OperatorSigningJwk {
  const jwk = privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: member(jwk, 'x'), d: member(jwk, 'd'), kid: String(kid) };
}

export function exportOperatorVerifyKey({ kid, publicKey }: OperatorVerifyKey): OperatorVerifyJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: member(publicKey.export({ format: 'jwk' }), 'x'), kid: String(kid) };
}

export function exportRegistrationBoxKey({ kid, secretKey }: RegistrationBoxKey): RegistrationBoxJwk {
  return { kty: 'oct', k: member(secretKey.export({ format: 'jwk' }), 'k'), kid: String(kid) };
}

export function exportPgBoxPrivateKey({ kid, privateKey }: PgBoxPrivateKey): PgBoxPrivateJwk {
  const jwk = privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'X25519', x: member(jwk, 'x'), d: member(jwk, 'd'), kid: String(kid) };
}

export function exportPgBoxPublicKey({ kid, publicKey }: PgBoxPublicKey): PgBoxPublicJwk {
  return { kty: 'OKP', crv: 'X25519', x: member(publicKey.export({ format: 'jwk' }), 'x'), kid: String(kid) };
}
