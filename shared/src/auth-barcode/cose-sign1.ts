/**
 * COSE_Sign1 (RFC 9052 §4.2) with EdDSA over Ed25519 (RFC 9053 §2.2), untagged (RFC 9052 §2: where the context says
 * what it is, tag 18 may be left out), unprotected header empty, no external data.
 *
 * Only one encoding is taken, the deterministic one (RFC 8949 §4.2.1): the signature covers header and payload but not
 * the CBOR around them, and what is read back must not exist in two spellings.
 */
import { sign, verify } from 'node:crypto';
import { decode, encode } from 'cborg';
import type { OperatorSigningKey, OperatorVerifyKey } from './keys.ts';

const signatureBytes = 64;
const empty = new Uint8Array(0);

export interface CoseSign1 {
  /** The protected header, encoded. */
  header: Uint8Array;
  payload: Uint8Array;
  /** 64 bytes. */
  signature: Uint8Array;
}

/**
 * What deterministic CBOR holds, maps as `Map`; `undefined` for any other bytes. Long forms, unsorted or doubled keys
 * and indefinite lengths all fall at one test: our own encoder would have written something else. The caller bounds
 * the length.
 */
export function decodeDeterministic(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes, { useMaps: true });
    return Buffer.compare(encode(value), bytes) === 0 ? value : undefined;
  } catch {
    return undefined; // cborg's only word for malformed CBOR is an exception.
  }
}

/** RFC 9052 §4.4, the Sig_structure. */
function toBeSigned(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encode(['Signature1', header, empty, payload]);
}

export function signCose(header: Uint8Array, payload: Uint8Array, key: OperatorSigningKey): Uint8Array {
  const signature = sign(null, toBeSigned(header, payload), key.privateKey);
  return encode([header, new Map(), payload, signature]);
}

/** `undefined` for anything but what `signCose` writes; the signature is not looked at yet. */
export function parseCose(bytes: Uint8Array): CoseSign1 | undefined {
  const parts = decodeDeterministic(bytes);
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [header, unprotected, payload, signature] = parts as unknown[];
  if (!(unprotected instanceof Map) || unprotected.size !== 0) return undefined;
  if (!(header instanceof Uint8Array && payload instanceof Uint8Array)) return undefined;
  if (!(signature instanceof Uint8Array) || signature.length !== signatureBytes) return undefined;
  return { header, payload, signature };
}

export function verifyCose(cose: CoseSign1, key: OperatorVerifyKey): boolean {
  return verify(null, toBeSigned(cose.header, cose.payload), key.publicKey, cose.signature);
}
