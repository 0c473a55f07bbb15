import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readStaffCredentials } from './staff-credentials.ts';

function fileOf(text: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'staff-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'staff');
  writeFileSync(path, text, { mode });
  return path;
}
const decode = (header: string | undefined) => Buffer.from(header?.slice('Basic '.length) ?? '', 'base64').toString();

it('takes credentials from a file before the environment, or has none', () => {
  const env = { SCANPAY_STAFF: 'kim:from the environment' };
  expect(decode(readStaffCredentials(fileOf('김기사:바다:하늘\n'), env))).toBe('김기사:바다:하늘');
  expect(decode(readStaffCredentials(undefined, env))).toBe('kim:from the environment');
  expect(readStaffCredentials(undefined, {})).toBeUndefined();
});

it.each(['', 'kim', ':password', 'kim:', 'kim:one\ntwo:lines\n'])('says what is wrong with %j', (text) => {
  expect(() => readStaffCredentials(fileOf(text))).toThrow('name:password');
  expect(() => readStaffCredentials(undefined, { SCANPAY_STAFF: text })).toThrow('SCANPAY_STAFF');
});

it('takes no file that others can read', () => {
  expect(() => readStaffCredentials(fileOf('kim:password', 0o640))).toThrow('chmod 600');
});
