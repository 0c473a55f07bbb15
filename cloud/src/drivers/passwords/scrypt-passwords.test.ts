import { randomBytes, scryptSync } from 'node:crypto';
import { createParser } from '@scanpay/shared/schema.ts';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { passwordHashPattern } from '../../ports/passwords.ts';
import { createScryptPasswords } from './scrypt-passwords.ts';

const passwords = createScryptPasswords(randomBytes);
const isHash = createParser(Type.String({ pattern: passwordHashPattern }));

describe('scrypt passwords', () => {
  it('are right for the password they were made of alone, with a salt each', async () => {
    const [first, second] = [await passwords.hash('바다가 보이는 방'), await passwords.hash('바다가 보이는 방')];
    expect(first).not.toBe(second);
    expect(await passwords.isRight('바다가 보이는 방', first)).toBe(true);
    expect(await passwords.isRight('바다가 보이는 방 ', second)).toBe(false);
    expect(isHash(first).ok).toBe(true);
  });

  it('are the same however the keyboard composes Hangul', async () => {
    const hash = await passwords.hash('설악산에 오르다'.normalize('NFD'));
    expect(await passwords.isRight('설악산에 오르다'.normalize('NFC'), hash)).toBe(true);
  });

  it('are scrypt of RFC 7914 in the form of PHC strings', async () => {
    const salt = Buffer.from('NaCl NaCl NaCl 1');
    const key = scryptSync('password', salt, 32, { N: 32_768, r: 8, p: 3, maxmem: 2 ** 26 });
    const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
    const hash = `$scrypt$ln=15,r=8,p=3$${text(salt)}$${text(key)}`;
    expect(await passwords.isRight('password', hash)).toBe(true);
    expect(await passwords.isRight('Password', hash)).toBe(false);
  });

  it('have a decoy of the same form and cost, which no password opens', async () => {
    expect(isHash(passwords.decoyHash).ok).toBe(true);
    expect(await passwords.isRight('', passwords.decoyHash)).toBe(false);
  });

  it.each(['', 'plain', '$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA', '$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA'])(
    'are not %j: a hash that is cheaper is none',
    async (text) => {
      expect(isHash(text).ok).toBe(false);
      await expect(passwords.isRight('x', text)).rejects.toThrow('not a scrypt hash');
    },
  );
});
