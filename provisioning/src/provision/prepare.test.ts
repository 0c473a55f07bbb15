import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPrepareSteps, type PrepareOptions } from './prepare.ts';
import { runSteps } from './run-steps.ts';
import { openStateFile } from './state-file.ts';
import { claimText } from './testing/fake-operator.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 technician@office';

let folder: string;
let bootDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'card-'));
  bootDir = join(folder, 'bootfs');
  mkdirSync(bootDir);
  for (const name of ['config.txt', 'cmdline.txt', 'meta-data', 'user-data', 'network-config']) {
    writeFileSync(join(bootDir, name), `# ${name} of the image\n`);
  }
  writeFileSync(join(folder, 'key.pub'), `${key}\n`);
  writeFileSync(join(folder, 'scanpay-box_1.2.3_arm64.deb'), 'package');
  writeFileSync(join(folder, 'box.json'), '{"dataDir":"/var/lib/scanpay"}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const prepare = async (differing: Partial<PrepareOptions> = {}, isDryRun = false) => {
  const steps = listPrepareSteps({
    bootDir,
    hostname: 'box-a',
    user: 'tech',
    sshKeyFiles: [join(folder, 'key.pub')],
    debFile: join(folder, 'scanpay-box_1.2.3_arm64.deb'),
    configFile: join(folder, 'box.json'),
    wifiText: 'WIFI:T:WPA;S:IEEE;P:password;;',
    claim: claimText,
    ...differing,
  });
  const ends: string[] = [];
  const outcome = await runSteps(steps, {
    isDryRun,
    state: openStateFile(null, ''),
    onEvent: ({ step, event }) => event !== 'began' && ends.push(`${step} ${event}`),
  });
  return { ...outcome, ends };
};
const read = (name: string): string => readFileSync(join(bootDir, name), 'utf8');
/** JSON is YAML, and this is how the files are written. */
const parse = (name: string): Record<string, never> => JSON.parse(read(name).replace(/^#.*\n/gm, ''));

describe('prepare', () => {
  it('writes a card that sets itself up, and leaves it alone the second time', async () => {
    expect(await prepare()).toMatchObject({ ok: true });
    expect(read('user-data')).toMatch(/^#cloud-config\n/);
    expect(parse('user-data')).toMatchObject({
      hostname: 'box-a',
      timezone: 'Asia/Seoul',
      ssh_pwauth: false,
      users: [{ name: 'tech', lock_passwd: true, ssh_authorized_keys: [key] }],
      write_files: [{ path: '/etc/scanpay/box.json', content: '{"dataDir":"/var/lib/scanpay"}' }],
    });
    const commands = (parse('user-data') as { runcmd?: string[][] }).runcmd ?? [];
    expect(commands.at(1)?.at(-1)).toBe('/boot/firmware/scanpay/scanpay-box_1.2.3_arm64.deb');
    expect(commands.every(Array.isArray)).toBe(true);
    expect(read('scanpay/claim.txt')).toContain(`\n${claimText}\n`);
    expect(read('user-data.before-scanpay')).toContain('of the image');
    const again = await prepare();
    expect(again.ends.filter((end) => !end.endsWith('was-done'))).toEqual(['card done']);
  });

  it('puts the derived key on the card in the pass phrase’s place (IEEE 802.11, J.4.2, first test vector)', async () => {
    await prepare();
    expect(parse('network-config')).toMatchObject({
      network: {
        version: 2,
        wifis: {
          wlan0: {
            'access-points': {
              IEEE: { password: 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e' },
            },
          },
        },
      },
    });
    expect(read('network-config')).not.toMatch(/: "password"/);
  });

  it('makes another instance of another card, for cloud-init runs once for each', async () => {
    await prepare();
    const first = read('meta-data');
    await prepare({ hostname: 'box-b' });
    expect(read('meta-data')).not.toBe(first);
  });

  it('changes nothing in a dry run', async () => {
    const before = readdirSync(bootDir);
    const { ok, ends } = await prepare({}, true);
    expect([ok, ends.slice(0, 2)]).toEqual([true, ['card done', 'package would']]);
    expect(readdirSync(bootDir)).toEqual(before);
    expect(read('user-data')).toBe('# user-data of the image\n');
  });

  it.each<[string, Partial<PrepareOptions> | (() => void), RegExp]>([
    ['a folder that is no card', () => rmSync(join(bootDir, 'config.txt')), /boot partition/],
    [
      'an image without cloud-init',
      () => ['meta-data', 'user-data', 'network-config'].forEach((name) => void rmSync(join(bootDir, name))),
      /cloud-init/,
    ],
    ['a private key', () => writeFileSync(join(folder, 'key.pub'), '-----BEGIN OPENSSH PRIVATE KEY-----'), /public/],
    ['a Wi-Fi code that is none', { wifiText: 'WIFI:S:x' }, /Wi-Fi/],
    ['a claim that is none', { claim: 'SPE1:X' }, /no claim/],
  ])('refuses %s before anything is written there', async (_what, wrong, words) => {
    if (typeof wrong === 'function') wrong();
    const outcome = await prepare(typeof wrong === 'function' ? {} : wrong);
    expect(outcome.refused?.message).toMatch(words);
    expect(readdirSync(bootDir)).not.toContain('claim.txt');
  });
});
