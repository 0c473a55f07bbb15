import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createParser } from '@scanpay/shared/schema.ts';
import {
  exportSigner,
  importSigner,
  SigningJwkSchema,
  type VerifyJwk,
  verifyJwkOf,
} from '@scanpay/shared/wire/message-key.ts';

const parseKey = createParser(SigningJwkSchema);

/** Makes a release key; whoever reads the file makes releases. Never over one that is there. */
export function makeReleaseKeyFile(path: string, kid: string): VerifyJwk {
  const jwk = exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });
  writeFileSync(path, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  return verifyJwkOf(jwk);
}

/** @throws Error when it is no private Ed25519 key as JSON Web Key with a `kid`. */
export function readReleaseKey(path: string) {
  const parsed = parseKey(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.detail}`);
  return importSigner(parsed.value);
}
