import { createPrivateKey, createPublicKey, decapsulate, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openHpke, scheduleKeys, sealFirst, sealHpke } from './hpke.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** RFC 9180 Appendix A.1.1: base mode of exactly this suite; `aad` and `ct` are those of sequence number 0. */
const vector = {
  info: hex('4f6465206f6e2061204772656369616e2055726e'),
  pkRm: hex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d'),
  skRm: hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'),
  enc: hex('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431'),
  sharedSecret: hex('fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc'),
  key: hex('4531685d41d65f03dc48f6b8302c05b0'),
  baseNonce: hex('56d890e5accaaf011cff4b7d'),
  aad: hex('436f756e742d30'),
  pt: hex('4265617574792069732074727574682c20747275746820626561757479'),
  ct: hex('f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a'),
};

function x25519PrivateKey(bytes: Buffer): KeyObject {
  return createPrivateKey({ key: bytes, format: 'raw-private', asymmetricKeyType: 'x25519' });
}

function rawOf(key: KeyObject, part: 'x' | 'd'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[part] as string, 'base64url');
}

const receiver = x25519PrivateKey(vector.skRm);

describe('HPKE against RFC 9180 A.1.1', () => {
  it('decapsulates to the shared secret: Node’s KEM is DHKEM(X25519, HKDF-SHA256)', () => {
    expect(rawOf(createPublicKey(receiver), 'x')).toEqual(vector.pkRm);
    expect(decapsulate(receiver, vector.enc)).toEqual(vector.sharedSecret);
  });

  it('schedules key and nonce', () => {
    const { key, baseNonce } = scheduleKeys(vector.sharedSecret, vector.info);
    expect(Buffer.from(key)).toEqual(vector.key);
    expect(Buffer.from(baseNonce)).toEqual(vector.baseNonce);
  });

  it('seals to the ciphertext', () => {
    expect(sealFirst(scheduleKeys(vector.sharedSecret, vector.info), vector.aad, vector.pt)).toEqual(vector.ct);
  });

  it('opens the ciphertext', () => {
    expect(openHpke(receiver, vector.info, vector.aad, { enc: vector.enc, ciphertext: vector.ct })).toEqual(vector.pt);
  });

  it('opens nothing once any one bit of enc, ciphertext, info or aad is changed', () => {
    for (const part of ['enc', 'ct', 'info', 'aad'] as const) {
      for (let bit = 0; bit < vector[part].length * 8; bit++) {
        const changed = Buffer.from(vector[part]);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const { enc, ct, info, aad }: Record<'enc' | 'ct' | 'info' | 'aad', Buffer> = { ...vector, [part]: changed };
        // X25519 ignores the top bit of a public key (RFC 7748 §5), but DHKEM hashes `enc` as it was sent.
        expect(openHpke(receiver, info, aad, { enc, ciphertext: ct }), `${part} bit ${bit}`).toBeUndefined();
      }
    }
  });
});

describe('HPKE', () => {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
  const own = generateKeyPairSync('x25519');
  const buffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;
  const bytes = fc.uint8Array({ maxLength: 64 });

  it('is opened by @hpke/core', async () => {
    const recipientKey = await suite.kem.deserializePrivateKey(buffer(rawOf(own.privateKey, 'd')));
    await fc.assert(
      fc.asyncProperty(bytes, bytes, bytes, async (info, aad, plain) => {
        const { enc, ciphertext } = sealHpke(own.publicKey, info, aad, plain);
        const params = { recipientKey, enc: buffer(enc), info: buffer(info) };
        const opened = await suite.open(params, buffer(ciphertext), buffer(aad));
        expect(new Uint8Array(opened)).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });

  it('opens what @hpke/core sealed', async () => {
    const recipientPublicKey = await suite.kem.deserializePublicKey(buffer(rawOf(own.publicKey, 'x')));
    await fc.assert(
      fc.asyncProperty(bytes, bytes, bytes, async (info, aad, plain) => {
        const sealed = await suite.seal({ recipientPublicKey, info: buffer(info) }, buffer(plain), buffer(aad));
        const parts = { enc: new Uint8Array(sealed.enc), ciphertext: new Uint8Array(sealed.ct) };
        expect(Buffer.compare(openHpke(own.privateKey, info, aad, parts) ?? hex('ff'), plain)).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('uses a new ephemeral key for every message', () => {
    const seal = () => sealHpke(own.publicKey, vector.info, vector.aad, vector.pt);
    const [first, second] = [seal(), seal()];
    expect(first.enc).not.toEqual(second.enc);
    expect(first.ciphertext).not.toEqual(second.ciphertext);
  });

  it.each([
    ['an all-zero point (RFC 9180 §7.1.4)', Buffer.alloc(32)],
    ['a point of order 8', hex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800')],
    ['31 bytes', Buffer.alloc(31, 9)],
    ['33 bytes', Buffer.alloc(33, 9)],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s as the encapsulated key', (_name, enc) => {
    expect(openHpke(receiver, vector.info, vector.aad, { enc, ciphertext: vector.ct })).toBeUndefined();
  });

  it.each([0, 1, 15, 16, 44])('refuses a ciphertext of %i bytes', (length) => {
    const ciphertext = vector.ct.subarray(0, length);
    expect(openHpke(receiver, vector.info, vector.aad, { enc: vector.enc, ciphertext })).toBeUndefined();
  });

  it('does not open for another receiver', () => {
    expect(
      openHpke(own.privateKey, vector.info, vector.aad, { enc: vector.enc, ciphertext: vector.ct }),
    ).toBeUndefined();
  });
});
