import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { ScanPayError } from '../errors.ts';
import { strictObject } from '../schema.ts';
import type { JwsSigner } from './envelope.ts';

const Bytes32 = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const Kid = Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,63}$', description: 'Key id: who signs, and which key.' });
const ed25519 = { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: Bytes32, kid: Kid };

/** Ed25519 keys that sign messages and documents (JWS), as JSON Web Keys (RFC 8037). */
export const SigningJwkSchema = strictObject({ ...ed25519, d: Bytes32 });
export type SigningJwk = Static<typeof SigningJwkSchema>;
export const VerifyJwkSchema = strictObject(ed25519);
export type VerifyJwk = Static<typeof VerifyJwkSchema>;

/** @throws ScanPayError `configuration` when `x` does not belong to `d`. */
export function importSigner(jwk: SigningJwk): JwsSigner {
  const privateKey = createPrivateKey({ format: 'jwk', key: { ...jwk } });
  if (createPublicKey(privateKey).export({ format: 'jwk' }).x !== jwk.x) {
    throw new ScanPayError('configuration', `key ${jwk.kid}: x is not the public part of d`);
  }
  return { kid: jwk.kid, privateKey };
}

function importVerifyKey({ kty, crv, x }: VerifyJwk): KeyObject {
  return createPublicKey({ format: 'jwk', key: { kty, crv, x } });
}

/** By `kid`; several at once, so that keys can be changed without a message lost. */
export function importVerifyKeys(jwks: readonly VerifyJwk[]): Map<string, KeyObject> {
  return new Map(jwks.map((jwk) => [jwk.kid, importVerifyKey(jwk)]));
}

export function verifyJwkOf({ kty, crv, x, kid }: SigningJwk): VerifyJwk {
  return { kty, crv, x, kid };
}

export function exportSigner({ kid, privateKey }: JwsSigner): SigningJwk {
  const { x, d } = privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new ScanPayError('internal', 'the exported key is not whole');
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid };
}
