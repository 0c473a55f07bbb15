import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rememberCrypto } from './crypto-memory.ts';

const { sign, verify, hkdfSync, decapsulate } = crypto;
const signer = crypto.generateKeyPairSync('ed25519');
const stranger = crypto.generateKeyPairSync('ed25519');
const text = Buffer.from('approved');

beforeAll(rememberCrypto);
afterAll(() => {
  Object.assign(crypto, { sign, verify, hkdfSync, decapsulate });
  syncBuiltinESMExports();
});

it('makes the signature that Node makes, and knows it again', () => {
  const signature = crypto.sign(null, text, signer.privateKey);
  expect(signature).toEqual(sign(null, text, signer.privateKey));
  expect(crypto.verify(null, text, signer.publicKey, signature)).toBe(true);
});

it('takes no other text, key or signature for one it knows', () => {
  const signature = crypto.sign(null, text, signer.privateKey);
  const changed = Buffer.from(signature);
  changed[0] = (changed[0] ?? 0) ^ 1;
  for (let time = 0; time < 2; time += 1) {
    expect(crypto.verify(null, Buffer.from('declined'), signer.publicKey, signature)).toBe(false);
    expect(crypto.verify(null, text, stranger.publicKey, signature)).toBe(false);
    expect(crypto.verify(null, text, signer.publicKey, changed)).toBe(false);
  }
});

it('derives what Node derives, for each key, salt and length, and hands out a copy', () => {
  const [one, other] = [crypto.createSecretKey(Buffer.alloc(32, 1)), crypto.createSecretKey(Buffer.alloc(32, 2))];
  const cases = [
    { key: one, salt: 'ab', info: 'c', length: 44 },
    { key: one, salt: 'a', info: 'bc', length: 44 },
    { key: one, salt: 'a', info: 'bc', length: 32 },
    { key: other, salt: 'a', info: 'bc', length: 32 },
  ];
  for (const { key, salt, info, length } of [...cases, ...cases]) {
    const derive = (by: typeof hkdfSync) =>
      Buffer.from(by('sha256', key, Buffer.from(salt), Buffer.from(info), length));
    expect(derive(crypto.hkdfSync)).toEqual(derive(hkdfSync));
    derive(crypto.hkdfSync).fill(0);
  }
});

it('agrees on the shared key of X25519', () => {
  const receiver = crypto.generateKeyPairSync('x25519');
  for (let time = 0; time < 2; time += 1) {
    const { sharedKey, ciphertext } = crypto.encapsulate(receiver.publicKey);
    expect(crypto.decapsulate(receiver.privateKey, ciphertext)).toEqual(sharedKey);
    crypto.decapsulate(receiver.privateKey, ciphertext).fill(0);
    expect(crypto.decapsulate(receiver.privateKey, ciphertext)).toEqual(sharedKey);
  }
});
