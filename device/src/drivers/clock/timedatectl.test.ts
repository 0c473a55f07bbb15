import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isNtpSynchronised } from './timedatectl.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'timedatectl-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(body: string): string {
  const path = join(folder, `timedatectl-${Buffer.from(body).toString('hex').slice(0, 40)}`);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

it.each([
  ['echo yes', true],
  ['echo no', false],
  ['echo yes; exit 1', false],
  ['echo yesterday', false],
  ['head -c 100000 /dev/zero', false],
  ['[ "$*" = "show --property=NTPSynchronized --value" ] && echo yes', true],
] as const)('reads the answer of `%s`', async (body, expected) => {
  expect(await isNtpSynchronised(script(body))).toBe(expected);
});

it('takes a machine without the program for one that is not in step', async () => {
  expect(await isNtpSynchronised(join(folder, 'none'))).toBe(false);
});
