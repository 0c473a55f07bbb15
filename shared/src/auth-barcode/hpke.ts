/**
 * HPKE (RFC 9180), base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
 *
 * The KEM is Node's own: `crypto.encapsulate` and `crypto.decapsulate` on X25519 keys are RFC 9180 §4.1 as OpenSSL
 * has it, the refusal of an all-zero shared secret (§7.1.4) included. The key schedule (§5.1) and the AEAD are below.
 * The sender's ephemeral key cannot be injected: Node makes it inside `encapsulate` and offers no seed. That is as it
 * should be, since a repeated ephemeral key would repeat key and nonce; so sealing is the one step here that does not
 * repeat under a seeded run.
 */
import { createCipheriv, createDecipheriv, createHmac, decapsulate, encapsulate, type KeyObject } from 'node:crypto';

/** Length of the encapsulated key, an X25519 public key (RFC 9180 §7.1, Nenc). */
export const encBytes = 32;
/** Length of the AES-GCM tag that ends every ciphertext. */
export const tagBytes = 16;

const aead = 'aes-128-gcm';
const keyBytes = 16;
const nonceBytes = 12;
const modeBase = Uint8Array.of(0x00);
const empty = new Uint8Array(0);
const version = new TextEncoder().encode('HPKE-v1');
/** "HPKE", then KEM 0x0020, KDF 0x0001, AEAD 0x0001 (RFC 9180 §5.1 and §7). */
const suiteId = Uint8Array.of(0x48, 0x50, 0x4b, 0x45, 0x00, 0x20, 0x00, 0x01, 0x00, 0x01);

function hmac(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** RFC 9180 §4, LabeledExtract. */
function labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return hmac(salt, [version, suiteId, new TextEncoder().encode(label), ikm]);
}

/** RFC 9180 §4, LabeledExpand, for at most 32 bytes: HKDF-Expand (RFC 5869 §2.3) is then its first block alone. */
function labeledExpand(prk: Uint8Array, label: string, info: readonly Uint8Array[], length: number): Uint8Array {
  const lengthBytes = Uint8Array.of(length >> 8, length & 0xff);
  const labeledInfo = [lengthBytes, version, suiteId, new TextEncoder().encode(label), ...info];
  return hmac(prk, [...labeledInfo, Uint8Array.of(0x01)]).subarray(0, length);
}

export interface HpkeSchedule {
  /** 16 bytes. */
  key: Uint8Array;
  /** 12 bytes; also the nonce of the first message, whose sequence number is 0 (RFC 9180 §5.2). */
  baseNonce: Uint8Array;
}

/** The same for every message, for base mode has no pre-shared key. */
const pskIdHash = labeledExtract(empty, 'psk_id_hash', empty);

/** RFC 9180 §5.1, KeySchedule in base mode. */
export function scheduleKeys(sharedSecret: Uint8Array, info: Uint8Array): HpkeSchedule {
  const infoHash = labeledExtract(empty, 'info_hash', info);
  const context = [modeBase, pskIdHash, infoHash];
  const secret = labeledExtract(sharedSecret, 'secret', empty);
  return {
    key: labeledExpand(secret, 'key', context, keyBytes),
    baseNonce: labeledExpand(secret, 'base_nonce', context, nonceBytes),
  };
}

/** The first message's ciphertext, tag at its end. */
export function sealFirst(schedule: HpkeSchedule, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(aead, schedule.key, schedule.baseNonce, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

export interface HpkeSealed {
  /** 32 bytes: the ephemeral public key. */
  enc: Uint8Array;
  /** As long as the plaintext, plus 16 bytes of tag. */
  ciphertext: Uint8Array;
}

/** RFC 9180 §6.1, SealBase. `publicKey` is the receiver's X25519 key. */
export function sealHpke(publicKey: KeyObject, info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): HpkeSealed {
  const { sharedKey, ciphertext: enc } = encapsulate(publicKey);
  return { enc, ciphertext: sealFirst(scheduleKeys(sharedKey, info), aad, plaintext) };
}

/**
 * RFC 9180 §6.1, OpenBase. `undefined` when it does not open: another key, info or aad, a changed byte, a wrong
 * length, an ephemeral key of low order. Which of them is not told apart, on purpose.
 */
export function openHpke(
  privateKey: KeyObject,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: HpkeSealed,
): Uint8Array | undefined {
  const textBytes = sealed.ciphertext.length - tagBytes;
  if (sealed.enc.length !== encBytes || textBytes < 0) return undefined;
  try {
    const { key, baseNonce } = scheduleKeys(decapsulate(privateKey, sealed.enc), info);
    const decipher = createDecipheriv(aead, key, baseNonce, { authTagLength: tagBytes });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.ciphertext.subarray(textBytes));
    return Buffer.concat([decipher.update(sealed.ciphertext.subarray(0, textBytes)), decipher.final()]);
  } catch {
    return undefined; // Node's only word for a wrong tag or a point of low order is an exception.
  }
}
