import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { isMosquittoInstalled } from '@scanpay/shared/testing/mosquitto-process.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MosquittoOptions, writeMosquittoFiles } from './mosquitto-config.ts';

describe('writeMosquittoFiles', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const options = (overrides: Partial<MosquittoOptions> = {}): MosquittoOptions => ({
    directory,
    boxes: { host: '0.0.0.0', port: 1883, tokens: new Map([['box-a' as DeviceId, 'box token']]) },
    cloud: { host: '127.0.0.1', port: 1884, token: 'cloud token' },
    ...overrides,
  });

  it('writes one access list a listener, and keeps no token in clear', async (ctx) => {
    if (!isMosquittoInstalled()) ctx.skip('the Debian package mosquitto is not installed');
    expect(await writeMosquittoFiles(options())).toBe(join(directory, 'mosquitto.conf'));
    expect((await readFile(join(directory, 'boxes.acl'), 'utf8')).split('\n')).toEqual([
      'pattern write scanpay/v1/%u/up/payment',
      'pattern write scanpay/v1/%u/up/settlement',
      'pattern write scanpay/v1/%u/up/presence',
      'pattern write scanpay/v1/%u/up/reported',
      'pattern write scanpay/v1/%u/up/telemetry',
      'pattern write scanpay/v1/%u/up/release',
      'pattern write scanpay/v1/%u/up/command-result',
      'pattern write scanpay/v1/%u/up/alarm',
      'pattern read scanpay/v1/%u/down/payment',
      'pattern read scanpay/v1/%u/down/settlement',
      'pattern read scanpay/v1/%u/down/config',
      'pattern read scanpay/v1/%u/down/rejected',
      'pattern read scanpay/v1/%u/down/keys',
      'pattern read scanpay/v1/%u/down/release',
      'pattern read scanpay/v1/%u/down/command',
      'pattern read scanpay/v1/%u/down/alarm',
      '',
    ]);
    const names = (await readdir(directory)).sort();
    expect(names).toEqual(['boxes.acl', 'boxes.passwords', 'cloud.acl', 'cloud.passwords', 'mosquitto.conf']);
    for (const name of names) expect(await readFile(join(directory, name), 'utf8')).not.toContain('token');
    for (const name of names.filter((name) => name.endsWith('.passwords'))) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  it.each([
    ['a line break in a token', { cloud: { host: '127.0.0.1', port: 1884, token: 'x\nuser root' } }],
    ['a line break in a host', { cloud: { host: '127.0.0.1\nallow_anonymous true', port: 1884, token: 'x' } }],
    ['a line break in a user', { runAs: 'mosquitto\npassword_file /dev/null' }],
    ['a box that is none', { boxes: { host: '0.0.0.0', port: 1883, tokens: new Map([['#' as DeviceId, 'x']]) } }],
    [
      'the cloud among the boxes',
      { boxes: { host: '0.0.0.0', port: 1883, tokens: new Map([['cloud' as DeviceId, 'x']]) } },
    ],
  ])('refuses %s', async (_what, overrides) => {
    await expect(writeMosquittoFiles(options(overrides))).rejects.toMatchObject({ code: 'configuration' });
    expect(await readdir(directory)).toEqual([]);
  });
});
