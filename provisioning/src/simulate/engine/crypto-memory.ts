import crypto, { type KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const maxRemembered = 20_000;

/** Answers of a pure function by the bytes it was asked with; when it is full it begins anew. */
function createMemory<T>() {
  const known = new Map<string, T>();
  return {
    find: (name: string): T | undefined => known.get(name),
    keep(name: string, answer: T): T {
      if (known.size >= maxRemembered) known.clear();
      known.set(name, answer);
      return answer;
    },
  };
}

const latin1 = (bytes: NodeJS.ArrayBufferView): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** A key's public half or, of a symmetric one, the key; empty for a kind that nothing is remembered of. */
function createKeyNames(): (key: KeyObject) => string {
  const names = new WeakMap<KeyObject, string>();
  const nameIt = (key: KeyObject): string => {
    if (key.type === 'secret') return key.export().toString('latin1');
    if (key.asymmetricKeyType !== 'ed25519' && key.asymmetricKeyType !== 'x25519') return '';
    const publicKey = key.type === 'private' ? crypto.createPublicKey(key) : key;
    return `${key.asymmetricKeyType} ${publicKey.export({ format: 'jwk' }).x}`;
  };
  return (key) => {
    const name = names.get(key) ?? nameIt(key);
    names.set(key, name);
    return name;
  };
}

/**
 * Has `node:crypto` remember what it has worked out, where that is a pure function and a payment asks for it again and
 * again: Ed25519, HKDF of a fixed key, X25519 of a coupon's own key. A simulated world verifies in one thread what it has
 * just signed itself: a question that is to the byte an earlier one is answered from memory, and so is a verification of
 * a signature made here; every other one is carried out. Call it before anything signs.
 */
export function rememberCrypto(): void {
  const { sign, verify, hkdfSync, decapsulate } = crypto;
  const nameOf = createKeyNames();
  const signatures = createMemory<boolean>();
  const derived = createMemory<ArrayBuffer>();
  const shared = createMemory<Buffer>();
  const isSigning = (key: KeyObject): boolean => nameOf(key).startsWith('ed25519');
  const entry = (key: KeyObject, data: Uint8Array, signature: Uint8Array): string =>
    `${nameOf(key)} ${latin1(signature)} ${latin1(data)}`;

  Object.assign(crypto, {
    sign(algorithm: null, data: Uint8Array, key: KeyObject): Buffer {
      const signature = sign(algorithm, data, key);
      if (isSigning(key)) signatures.keep(entry(key, data, signature), true);
      return signature;
    },
    verify(algorithm: null, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
      if (!isSigning(key)) return verify(algorithm, data, key, signature);
      const name = entry(key, data, signature);
      return signatures.find(name) ?? signatures.keep(name, verify(algorithm, data, key, signature));
    },
    hkdfSync(digest: string, key: KeyObject, salt: Uint8Array, info: Uint8Array, length: number): ArrayBuffer {
      const sizes = [length, salt.length, info.length].join(' ');
      const name = `${digest} ${sizes} ${latin1(salt)}${latin1(info)}${nameOf(key)}`;
      const bytes = derived.find(name) ?? derived.keep(name, hkdfSync(digest, key, salt, info, length));
      return bytes.slice(0);
    },
    decapsulate(key: KeyObject, enc: Uint8Array): Buffer {
      const name = `${nameOf(key)} ${latin1(enc)}`;
      return Buffer.from(shared.find(name) ?? shared.keep(name, decapsulate(key, enc)));
    },
  });
  syncBuiltinESMExports();
}
