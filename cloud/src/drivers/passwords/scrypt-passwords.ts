import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '@scanpay/shared/clock.ts';
import { type Passwords, passwordHashPattern } from '../../ports/passwords.ts';

/**
 * N = 2^15, r = 8, p = 3 of OWASP's Password Storage Cheat Sheet: 32 MiB and some 0.2 s a try. Every hash has this cost, so
 * that a name nobody has takes as long as a real one.
 */
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 };
const head = '$scrypt$ln=15,r=8,p=3$';
const hashForm = new RegExp(passwordHashPattern, 'u');
const saltBytes = 16;
const hashBytes = 32;

/** Scrypt (RFC 7914) in PHC strings: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding. */
export function createScryptPasswords(randomBytes: RandomBytes): Passwords {
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      return write(salt, await derive(password, salt));
    },
    async isRight(password, hash) {
      if (!hashForm.test(hash)) throw new Error('not a scrypt hash');
      const [salt = '', kept = ''] = hash.slice(head.length).split('$');
      return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64')), Buffer.from(kept, 'base64'));
    },
    decoyHash: write(randomBytes(saltBytes), randomBytes(hashBytes)),
  };
}

const write = (salt: Uint8Array, hash: Uint8Array): string => `${head}${toText(salt)}$${toText(hash)}`;
const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');

/** The same password, however the keyboard composed it (RFC 8265, OpaqueString). */
function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
