/**
 * The keys around the auth barcode, and who holds which:
 *
 * | key                   | kind    | signs, seals            | verifies, opens                             |
 * |-----------------------|---------|-------------------------|---------------------------------------------|
 * | operator's issuer key | Ed25519 | operator                | operator and every box (public part)        |
 * | registration box key  | AES-256 | operator                | operator                                    |
 * | PG's card box key     | X25519  | PG (public part)        | PG alone (private part)                     |
 *
 * A key id is one byte, carried in each barcode. Rotation: make a key with a fresh id, sign or seal with it from then
 * on, and keep the old one in the keyring until the last coupon made with it has expired. An id may be given to a new
 * key only once the old one has left every keyring.
 */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import type { RandomBytes } from '../clock.ts';
import { ScanPayError } from '../errors.ts';

/** 0 to 255. */
export type KeyId = number;

export interface OperatorSigningKey {
  use: 'operator-signing';
  kid: KeyId;
  /** Ed25519. */
  privateKey: KeyObject;
}

export interface OperatorVerifyKey {
  use: 'operator-verify';
  kid: KeyId;
  /** Ed25519. */
  publicKey: KeyObject;
}

export interface RegistrationBoxKey {
  use: 'registration-box';
  kid: KeyId;
  /** AES-256. */
  secretKey: KeyObject;
}

export interface PgBoxPublicKey {
  use: 'pg-box-public';
  kid: KeyId;
  /** X25519. */
  publicKey: KeyObject;
}

export interface PgBoxPrivateKey {
  use: 'pg-box-private';
  kid: KeyId;
  /** X25519. */
  privateKey: KeyObject;
}

/** Keys of one kind by id: the current one and the older ones whose coupons still live. */
export type Keyring<K extends { kid: KeyId }> = ReadonlyMap<KeyId, K>;
export type OperatorVerifyKeys = Keyring<OperatorVerifyKey>;
export type RegistrationBoxKeys = Keyring<RegistrationBoxKey>;
export type PgBoxPrivateKeys = Keyring<PgBoxPrivateKey>;

/** @throws ScanPayError `configuration` when two keys share an id. */
export function createKeyring<K extends { kid: KeyId }>(keys: Iterable<K>): Keyring<K> {
  const ring = new Map<KeyId, K>();
  for (const key of keys) {
    if (ring.has(key.kid)) throw new ScanPayError('configuration', `two keys have the id ${key.kid}`);
    ring.set(key.kid, key);
  }
  return ring;
}

/** @throws ScanPayError `configuration` outside 0…255. */
export function checkKeyId(kid: number): KeyId {
  if (!Number.isInteger(kid) || kid < 0 || kid > 0xff) {
    throw new ScanPayError('configuration', `a key id is 0 to 255, not ${kid}`);
  }
  return kid;
}

function makePrivateKey(asymmetricKeyType: 'ed25519' | 'x25519', randomBytes: RandomBytes): KeyObject {
  return createPrivateKey({ key: Buffer.from(randomBytes(32)), format: 'raw-private', asymmetricKeyType });
}

export function makeOperatorSigningKey(kid: KeyId, randomBytes: RandomBytes): OperatorSigningKey {
  return { use: 'operator-signing', kid: checkKeyId(kid), privateKey: makePrivateKey('ed25519', randomBytes) };
}

export function makeRegistrationBoxKey(kid: KeyId, randomBytes: RandomBytes): RegistrationBoxKey {
  return { use: 'registration-box', kid: checkKeyId(kid), secretKey: createSecretKey(randomBytes(32)) };
}

export function makePgBoxPrivateKey(kid: KeyId, randomBytes: RandomBytes): PgBoxPrivateKey {
  return { use: 'pg-box-private', kid: checkKeyId(kid), privateKey: makePrivateKey('x25519', randomBytes) };
}

/** The part of the issuer key that the boxes get. */
export function operatorVerifyKeyOf(key: OperatorSigningKey): OperatorVerifyKey {
  return { use: 'operator-verify', kid: key.kid, publicKey: createPublicKey(key.privateKey) };
}

/** The part of the PG's key that seals. */
export function pgBoxPublicKeyOf(key: PgBoxPrivateKey): PgBoxPublicKey {
  return { use: 'pg-box-public', kid: key.kid, publicKey: createPublicKey(key.privateKey) };
}
