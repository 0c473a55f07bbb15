import { randomBytes } from 'node:crypto';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '../../../ports/passwords.ts';
import { createSignIn, type SignIn } from './sign-in.ts';

let scheduler: ReturnType<typeof createVirtualScheduler>;
let signIn: SignIn;
/** What the slow hash was asked, password and hash. */
let asked: string[];
let logged: object[];
/** Holds the slow hash until it is let go on. */
let held: Promise<void>;

const passwords: Passwords = {
  hash: async (password) => `hash of ${password}`,
  async isRight(password, hash) {
    asked.push(`${password} / ${hash}`);
    await held;
    return hash === `hash of ${password}`;
  },
  decoyHash: 'decoy',
};
const users = {
  김정산: { role: 'manager', passwordHash: 'hash of right' },
  viewer: { role: 'viewer', passwordHash: 'hash of other' },
} as const;

beforeEach(() => {
  scheduler = createVirtualScheduler();
  asked = [];
  logged = [];
  held = Promise.resolve();
  const note = (fields: object): void => void logged.push(fields);
  const log = { info: note, warn: note, error: note };
  signIn = createSignIn({ users, passwords, clock: scheduler, randomBytes, log });
});

const tryAs = (name: string, password: string, address = '10.0.0.1') => signIn({ name, password, address });
const codeOf = async (name: string, password: string, address?: string) => {
  const result = await tryAs(name, password, address);
  return result.ok ? result.value.role : result.code;
};

describe('signing in', () => {
  it('knows name, password and role', async () => {
    expect(await tryAs('김정산', 'right')).toEqual({ ok: true, value: { name: '김정산', role: 'manager' } });
    expect(await tryAs('김정산'.normalize('NFD'), 'right')).toMatchObject({ ok: true, value: { name: '김정산' } });
    expect(await codeOf('viewer', 'other')).toBe('viewer');
    expect(await codeOf('viewer', 'right')).toBe('sign_in_wrong');
    expect(await codeOf('constructor', 'x')).toBe('sign_in_wrong');
  });

  it('does the same work for a name that nobody has, and answers the same', async () => {
    const [nobody, wrong] = [await tryAs('nobody', 'guess'), await tryAs('viewer', 'guess')];
    expect(nobody).toEqual(wrong);
    expect(asked).toEqual(['guess / decoy', 'guess / hash of other']);
  });

  it('asks the slow hash once for a password that was right, per place, for an hour after its last use', async () => {
    for (let index = 0; index < 20; index += 1) await tryAs('김정산', 'right');
    expect(asked).toHaveLength(1);
    await tryAs('김정산', 'right', '10.0.0.2');
    expect(asked).toHaveLength(2);
    scheduler.advance(3_599_999);
    await tryAs('김정산', 'right');
    expect(asked).toHaveLength(2);
    scheduler.advance(3_600_000);
    await tryAs('김정산', 'right');
    expect(asked).toHaveLength(3);
    // What is known lets in nothing else.
    expect(await codeOf('김정산', 'Right')).toBe('sign_in_wrong');
  });

  it('asks it once, too, when a page loads its parts all at once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => codeOf('김정산', 'right')));
    expect(new Set(all)).toEqual(new Set(['manager']));
    expect(asked).toHaveLength(1);
  });
});

describe('guessing', () => {
  it('ends after ten tries for a name, from wherever, and goes on at one in ninety seconds', async () => {
    for (let index = 0; index < 10; index += 1) {
      expect(await codeOf('김정산', `guess ${index}`, `10.0.1.${index}`)).toBe('sign_in_wrong');
    }
    expect(await codeOf('김정산', 'right', '10.0.2.1')).toBe('sign_in_locked');
    expect(asked).toHaveLength(10);
    scheduler.advance(90_000);
    expect(await codeOf('김정산', 'guess', '10.0.2.1')).toBe('sign_in_wrong');
    expect(await codeOf('김정산', 'right', '10.0.2.1')).toBe('sign_in_locked');
    scheduler.advance(90_000);
    expect(await codeOf('김정산', 'right', '10.0.2.1')).toBe('manager');
  });

  it('locks nobody out at a place where he is signed in, unless it comes from there', async () => {
    await tryAs('김정산', 'right', '10.0.0.1');
    for (let index = 0; index < 12; index += 1) await codeOf('김정산', `guess ${index}`, '10.0.9.9');
    expect(await codeOf('김정산', 'right', '10.0.0.1')).toBe('manager');
    expect(await codeOf('김정산', 'right', '10.0.9.9')).toBe('sign_in_locked');
    // Not a way to guess without end: a wrong one is refused before it is compared slowly or fast.
    expect(await codeOf('김정산', 'guess', '10.0.0.1')).toBe('sign_in_locked');
  });

  it('ends after fifty tries from one network, whatever the names', async () => {
    for (let index = 0; index < 50; index += 1) await codeOf(`name ${index}`, 'guess', `2001:db8::${index + 1}`);
    expect(await codeOf('김정산', 'right', '2001:db8::9999')).toBe('sign_in_locked');
    expect(await codeOf('김정산', 'right', '2001:db8:0:1::1')).toBe('manager');
    // Also for those who are signed in there: else a fast comparison would be guessed at.
    await tryAs('viewer', 'other', '10.0.0.3');
    for (let index = 0; index < 50; index += 1) await codeOf(`other ${index}`, 'guess', '10.0.0.3');
    expect(await codeOf('viewer', 'other', '10.0.0.3')).toBe('sign_in_locked');
  });

  it('counts tries that come at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 30 }, (_, index) => codeOf('viewer', `guess ${index}`)));
    expect(all.filter((code) => code === 'sign_in_wrong')).toHaveLength(10);
    expect(all.filter((code) => code === 'sign_in_locked')).toHaveLength(20);
    expect(asked).toHaveLength(10);
  });

  it('keeps the tries for a name of the staff, however many names are made up', async () => {
    for (let index = 0; index < 10; index += 1) await codeOf('viewer', 'guess', `10.1.0.${index}`);
    for (let index = 0; index < 10_050; index += 1) {
      await codeOf(`made up ${index}`, 'guess', `10.${2 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`);
    }
    expect(await codeOf('viewer', 'other', '10.9.0.1')).toBe('sign_in_locked');
  });

  it('computes one slow hash at a time, and lets only so many wait', async () => {
    let letGo = (): void => undefined;
    held = new Promise((resolve) => (letGo = resolve));
    const all = Array.from({ length: 40 }, (_, index) => codeOf(`name ${index}`, 'guess', `10.0.3.${index}`));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(1);
    letGo();
    const codes = await Promise.all(all);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(8);
    expect(await codeOf('김정산', 'right')).toBe('manager');
  });

  it('is logged with name and place, never with what was tried', async () => {
    await tryAs('viewer', 'secret guess', '203.0.113.9');
    await tryAs('my password in the wrong field', 'x', '203.0.113.9');
    expect(logged).toEqual([
      { name: 'viewer', address: '203.0.113.9', isLast: false },
      { name: null, address: '203.0.113.9', isLast: false },
    ]);
  });
});
