import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withNodeForNpm } from './npm-node.mjs';
import { writeTree } from './testing/write-tree.ts';

/** Lays out the package that the lock file beside it asks for, and keeps that lock file for the test to read. */
const fakeNpm = `
const { cpSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const [path, { version }] = Object.entries(packages)[1];
mkdirSync(path + '/bin', { recursive: true });
writeFileSync(path + '/bin/node', '');
writeFileSync(path + '/package.json', JSON.stringify({ version }));
cpSync('package-lock.json', '../seen.json');
`;
const locked = { version: '24.1.2', integrity: 'sha512-x', optional: true, os: ['linux'], cpu: ['riscv64'] };
const lock = JSON.stringify({ packages: { '': {}, 'node_modules/node-linux-riscv64': locked } });

function createRoot(npm: string): string {
  const root = writeTree({ 'package-lock.json': lock, 'bin/npm-cli.js': npm, 'bin/package.json': '{}' });
  vi.stubEnv('npm_execpath', join(root, 'bin/npm-cli.js'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return root;
}

describe('the Node that npm runs on', () => {
  it('is the host’s where that is new enough', async () => {
    const host = { arch: 'riscv64', version: '24.0.0', execPath: '/usr/bin/node' };
    expect(await withNodeForNpm(createRoot(''), host, async (path) => path)).toBe('/usr/bin/node');
  });

  it('is the pinned one of the lock file where the host’s is old, and is gone afterwards', async () => {
    const root = createRoot(fakeNpm);
    const host = { arch: 'riscv64', version: '18.20.8', execPath: process.execPath };
    const path = await withNodeForNpm(root, host, async (nodePath) => {
      expect(existsSync(nodePath)).toBe(true);
      return nodePath;
    });
    expect(path).toBe(join(root, '.cache/npm-node/node_modules/node-linux-riscv64/bin/node'));
    expect(existsSync(path)).toBe(false);
    const { packages } = JSON.parse(readFileSync(join(root, '.cache/seen.json'), 'utf8'));
    expect(packages['node_modules/node-linux-riscv64']).toMatchObject({ version: '24.1.2', integrity: 'sha512-x' });
  });

  it.each([
    [
      'it cannot be fetched',
      'riscv64',
      'console.log("no network"); process.exit(1);',
      /could not be fetched.*no network/s,
    ],
    ['the lock file has none for this machine', 'mips', '', /needs Node 24 or newer/],
  ])('is missed in words when %s', async (_what, arch, npm, message) => {
    const host = { arch, version: '20.0.0', execPath: process.execPath };
    await expect(withNodeForNpm(createRoot(npm), host, async (path) => path)).rejects.toThrow(message);
  });
});
