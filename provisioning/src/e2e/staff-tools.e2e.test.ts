import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createScryptPasswords } from '@scanpay/cloud/drivers/passwords/scrypt-passwords.ts';
import { openPtyPair } from '@scanpay/device/testing/pty.ts';
import { readStaffCredentials } from '@scanpay/shared/system/staff-credentials.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { demoMerchant } from '../demo/identities.ts';
import { uploadRelease } from '../release/upload-release.ts';
import { type StaffedCloud, staffNames, staffPasswords, startStaffedCloud } from './staffed-cloud.ts';

const provision = fileURLToPath(new URL('../provision/main.ts', import.meta.url));
const staffCommand = fileURLToPath(new URL('../../../cloud/src/staff/main.ts', import.meta.url));

let world: StaffedCloud;
let staffFile: string;
beforeAll(async () => {
  world = await startStaffedCloud();
  staffFile = join(world.folder, 'staff');
  writeFileSync(staffFile, `${staffNames.staff}:${staffPasswords.staff}\n`, { mode: 0o600 });
}, 240_000);
afterAll(() => world?.end());

async function claim(args: readonly string[], env: Record<string, string> = {}) {
  const place = ['--operator', world.urls.operator, '--device', 'box-a', '--merchant', demoMerchant.merchantId];
  const child = spawn(process.execPath, [provision, 'claim', ...place, '--json', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, said, complaint };
}

describe('the technician’s tool', () => {
  it('signs in by a file, or by the environment', { timeout: 180_000 }, async () => {
    expect(await claim(['--staff-file', staffFile])).toMatchObject({ code: 0 });
    const SCANPAY_STAFF = `${staffNames.manager}:${staffPasswords.manager}`;
    expect(await claim([], { SCANPAY_STAFF })).toMatchObject({ code: 0 });
  });

  it('says plainly what is missing, wrong, or not allowed', { timeout: 180_000 }, async () => {
    const missing = await claim([]);
    expect(missing.code).toBe(1);
    expect(missing.said).toContain('--staff-file');
    const wrong = await claim([], { SCANPAY_STAFF: `${staffNames.staff}:not the password` });
    expect([wrong.code, wrong.said]).toEqual([1, expect.stringContaining('sign_in_wrong')]);
    expect(wrong.said).not.toContain('not the password');
    const viewer = await claim([], { SCANPAY_STAFF: `${staffNames.viewer}:${staffPasswords.viewer}` });
    expect([viewer.code, viewer.said]).toEqual([1, expect.stringContaining('not_permitted')]);
    expect(await claim([], { SCANPAY_STAFF: 'no colon' })).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('name:password'),
    });
  });
});

it('a release is handed over by whoever signs in', async () => {
  const release = { manifestJws: 'eyJhbGciOiJFZERTQSJ9.e30.AAAA', tarball: staffFile, version: '9.9.9', arch: 'arm64' };
  await expect(uploadRelease(world.urls.operator, release)).rejects.toThrow('--staff-file');
  const asStaff = uploadRelease(world.urls.operator, release, readStaffCredentials(staffFile));
  await expect(asStaff).rejects.toThrow(/release_unsigned/u);
});

describe('the bookkeeper’s command', () => {
  const cloud = fileURLToPath(new URL('../../../cloud/src/scanpay-cloud.ts', import.meta.url));
  const reconcile = (...args: string[]) => {
    const own = ['--url', world.urls.operator, '--company', 'operator'];
    const child = spawn(process.execPath, [cloud, 'reconcile', ...own, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    return Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  };

  it('says what the company owes by its own book, to whoever signs in', { timeout: 60_000 }, async () => {
    const [said, complaint, [code]] = await reconcile('--staff-file', staffFile, '--json');
    expect([complaint, code]).toEqual(['', 0]);
    const { debts } = JSON.parse(said) as { debts: { debtor: string; creditor: string }[] };
    expect(debts.every(({ debtor, creditor }) => [debtor, creditor].includes('operator'))).toBe(true);
    const unknown = await reconcile('--staff-file', staffFile, '--payment', '01a20958-928e-7468-a5d4-a42f07ee3c6c');
    expect([unknown[0], unknown[2]]).toEqual([expect.stringContaining('operator: not in its book'), [1, null]]);
    const [, refused, [refusal]] = await reconcile();
    expect([refused, refusal]).toEqual([expect.stringContaining('sign_in_missing'), 78]);
  });
});

describe('the command that makes hashes, at a terminal', () => {
  async function type(...lines: string[]) {
    const terminal = await openPtyPair();
    onTestFinished(() => terminal.close());
    let shown = '';
    terminal.onData((bytes) => {
      shown += bytes.toString();
    });
    const own = openSync(terminal.path, 'r+');
    const child = spawn(process.execPath, [staffCommand, 'hash'], { stdio: [own, 'pipe', 'pipe'] });
    closeSync(own);
    let asked = '';
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    stderr.setEncoding('utf8').on('data', (part: string) => {
      asked += part;
      // One line for each question.
      if (/: $/u.test(part)) void terminal.write(`${lines.shift() ?? '\u0004'}\r`);
    });
    const [said, [code]] = await Promise.all([text(stdout), once(child, 'close')]);
    return { code: code as number, said: said.trim(), asked, shown };
  }

  it('asks twice, shows nothing of what is typed, and prints the hash alone', async () => {
    const { code, said, asked, shown } = await type('파도 소리 들리는 마당', '파도 소리 들리는 마당');
    expect([code, asked.match(/: /gu)?.length]).toEqual([0, 2]);
    const passwords = createScryptPasswords((length) => new Uint8Array(length));
    expect(await passwords.isRight('파도 소리 들리는 마당', said)).toBe(true);
    expect(asked + shown).not.toContain('파도');
  });

  it.each([
    [['파도 소리 들리는 마당', '파도 소리 들리는 바당'], 'the two differ'],
    [['short'], 'at least 12'],
    [['\u0003'], 'no password'],
  ] as const)('takes no %j', async (lines, why) => {
    const { code, said, asked } = await type(...lines);
    expect([code, said]).toEqual([1, '']);
    expect(asked).toContain(why);
  });
});
