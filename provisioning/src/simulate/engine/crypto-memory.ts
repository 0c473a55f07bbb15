import crypto, { type KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const maxRemembered = 20_000;

/**
 * Has Ed25519 remember what it has worked out. Signing and verifying are pure functions, and a simulated world verifies
 * in one thread what it has just signed itself: a verification whose key, text and signature are, to the byte, those of
 * an earlier one or of a signature made here is answered from memory, and every other one is carried out. A third of the
 * run's time is saved by it. Call it before anything signs.
 */
export function rememberSignatures(): void {
  const { sign, verify } = crypto;
  const known = new Map<string, boolean>();
  const publicOf = new WeakMap<KeyObject, string>();
  const nameOf = (key: KeyObject): string => {
    const name = publicOf.get(key);
    if (name !== undefined) return name;
    const publicKey = key.type === 'private' ? crypto.createPublicKey(key) : key;
    const made = publicKey.export({ format: 'jwk' }).x ?? '';
    publicOf.set(key, made);
    return made;
  };
  const entry = (key: KeyObject, data: Uint8Array, signature: Uint8Array): string =>
    `${nameOf(key)} ${Buffer.from(signature).toString('latin1')} ${Buffer.from(data).toString('latin1')}`;
  const remember = (text: string, isValid: boolean): void => {
    if (known.size >= maxRemembered) known.clear();
    known.set(text, isValid);
  };

  const signAndRemember = (algorithm: null, data: Uint8Array, key: KeyObject): Buffer => {
    const signature = sign(algorithm, data, key);
    if (key.asymmetricKeyType === 'ed25519') remember(entry(key, data, signature), true);
    return signature;
  };
  const verifyOrRemember = (algorithm: null, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean => {
    if (key.asymmetricKeyType !== 'ed25519') return verify(algorithm, data, key, signature);
    const text = entry(key, data, signature);
    const isValid = known.get(text);
    if (isValid !== undefined) return isValid;
    const checked = verify(algorithm, data, key, signature);
    remember(text, checked);
    return checked;
  };
  Object.assign(crypto, { sign: signAndRemember, verify: verifyOrRemember });
  syncBuiltinESMExports();
}
