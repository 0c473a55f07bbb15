import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createParser } from '../schema.ts';
import {
  exportOperatorSigningKey,
  exportOperatorVerifyKey,
  exportPgBoxPrivateKey,
  exportPgBoxPublicKey,
  exportRegistrationBoxKey,
  importOperatorSigningKey,
  importOperatorVerifyKey,
  importPgBoxPrivateKey,
  importPgBoxPublicKey,
  importRegistrationBoxKey,
  type OperatorSigningJwk,
  OperatorSigningJwkSchema,
  OperatorVerifyJwkSchema,
  PgBoxPrivateJwkSchema,
  PgBoxPublicJwkSchema,
  RegistrationBoxJwkSchema,
} from './key-jwk.ts';
import {
  createKeyring,
  makeOperatorSigningKey,
  makePgBoxPrivateKey,
  makeRegistrationBoxKey,
  operatorVerifyKeyOf,
  pgBoxPublicKeyOf,
} from './keys.ts';

const hex = (text: string) => () => Buffer.from(text, 'hex');
const configurationError = expect.objectContaining({ code: 'configuration' }) as Error;

/** RFC 8037 Appendix A.1 (the key of RFC 8032 §7.1 test 1). */
const rfc8037 = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;
const rfc8037Seed = hex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');

describe('keys', () => {
  it('makes the issuer key of RFC 8037 A.1 from its bytes', () => {
    const key = makeOperatorSigningKey(7, rfc8037Seed);
    expect(exportOperatorSigningKey(key)).toEqual({ ...rfc8037, kid: '7' });
    expect(exportOperatorVerifyKey(operatorVerifyKeyOf(key))).toEqual({
      kty: 'OKP',
      crv: 'Ed25519',
      x: rfc8037.x,
      kid: '7',
    });
  });

  it('goes through JSON and back, for every kind', () => {
    const seed = (length: number) => Buffer.alloc(length, 5);
    const signing = makeOperatorSigningKey(0, seed);
    const registration = makeRegistrationBoxKey(255, seed);
    const pg = makePgBoxPrivateKey(9, seed);
    const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

    const signingJwk = json(exportOperatorSigningKey(signing));
    expect(createParser(OperatorSigningJwkSchema)(signingJwk).ok).toBe(true);
    expect(importOperatorSigningKey(signingJwk).privateKey.equals(signing.privateKey)).toBe(true);

    const verifyJwk = json(exportOperatorVerifyKey(operatorVerifyKeyOf(signing)));
    expect(createParser(OperatorVerifyJwkSchema)(verifyJwk).ok).toBe(true);
    expect(importOperatorVerifyKey(verifyJwk).publicKey.equals(createPublicKey(signing.privateKey))).toBe(true);

    const registrationJwk = json(exportRegistrationBoxKey(registration));
    expect(createParser(RegistrationBoxJwkSchema)(registrationJwk).ok).toBe(true);
    expect(importRegistrationBoxKey(registrationJwk).secretKey.equals(registration.secretKey)).toBe(true);

    const pgPrivateJwk = json(exportPgBoxPrivateKey(pg));
    expect(createParser(PgBoxPrivateJwkSchema)(pgPrivateJwk).ok).toBe(true);
    expect(importPgBoxPrivateKey(pgPrivateJwk).privateKey.equals(pg.privateKey)).toBe(true);

    const pgPublicJwk = json(exportPgBoxPublicKey(pgBoxPublicKeyOf(pg)));
    expect(createParser(PgBoxPublicJwkSchema)(pgPublicJwk).ok).toBe(true);
    expect(importPgBoxPublicKey(pgPublicJwk).publicKey.equals(createPublicKey(pg.privateKey))).toBe(true);
  });

  it('keeps a private member out of a public key', () => {
    const { d: _d, ...publicJwk } = rfc8037;
    const parse = createParser(OperatorVerifyJwkSchema);
    expect(parse({ ...publicJwk, kid: '7' }).ok).toBe(true);
    expect(parse({ ...rfc8037, kid: '7' }).ok).toBe(false);
  });

  it.each([
    { kid: '07' },
    { kid: '1000' },
    { kid: 7 },
    { kid: undefined },
    { crv: 'X25519' },
    { x: rfc8037.x.slice(1) },
    { d: `${rfc8037.d.slice(0, -1)}B` },
  ])('has a schema that refuses %j', (change) => {
    const parse = createParser(OperatorSigningJwkSchema);
    expect(parse({ ...rfc8037, kid: '7' }).ok).toBe(true);
    expect(parse({ ...rfc8037, kid: '7', ...change }).ok).toBe(false);
  });

  it('refuses a pair mixed from two keys, and an id above 255', () => {
    const other = exportOperatorSigningKey(makeOperatorSigningKey(7, hex('42'.repeat(32))));
    const mixed: OperatorSigningJwk = { ...rfc8037, kid: '7', x: other.x };
    expect(() => importOperatorSigningKey(mixed)).toThrow(configurationError);
    expect(() => importOperatorSigningKey({ ...rfc8037, kid: '256' })).toThrow(configurationError);
    expect(() => makeRegistrationBoxKey(-1, hex('42'.repeat(32)))).toThrow(configurationError);
  });

  it('signs with an imported key what its public part verifies', () => {
    const key = importOperatorSigningKey({ ...rfc8037, kid: '7' });
    const signature = sign(null, Buffer.alloc(0), key.privateKey);
    // RFC 8032 §7.1 test 1: the empty message.
    expect(signature.toString('hex')).toMatch(/^e5564300c360ac729086e2cc806e828a/u);
    expect(verify(null, Buffer.alloc(0), operatorVerifyKeyOf(key).publicKey, signature)).toBe(true);
  });

  it('refuses a keyring with one id twice', () => {
    const key = makeRegistrationBoxKey(1, hex('42'.repeat(32)));
    expect(createKeyring([key]).get(1)).toBe(key);
    expect(() => createKeyring([key, { ...key }])).toThrow(configurationError);
  });
});
