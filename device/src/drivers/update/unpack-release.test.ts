import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packFolder, writeTree } from '../../updater/testing/make-release.ts';
import { unpackRelease } from './unpack-release.ts';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'));
  target = join(folder, 'a/b/target');
  mkdirSync(target, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const whole = {
  ...{ 'bin/node': '#!/bin/sh\n', 'device/src/main.js': '1', 'device/src/updater/main.js': '2' },
  'release.json': '{"version":"1.1.0"}',
};

interface Entry {
  path: string;
  type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory';
  linkpath?: string;
  text?: string;
}

/** An archive with entries that no honest tar would write, after those of a release. */
function forge(...entries: Entry[]): string {
  const honest = Object.entries(whole).map(([path, text]): Entry => ({ path, text }));
  const blocks = [...honest, ...entries].flatMap(({ path, type = 'File', linkpath, text = '' }) => {
    const content = Buffer.from(text);
    const header = new Header({
      path,
      type,
      mode: 0o644,
      size: content.length,
      mtime: new Date(0),
      ...(linkpath && { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  const file = join(folder, 'forged.tar.gz');
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return file;
}
/** Outside the test's folder, and nobody else's. */
const absolute = join(tmpdir(), `evil-absolute-${process.pid}`);
/** Everything below the test's folder that was not there before. */
const strays = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('evil'));

describe('a release that is unpacked', () => {
  it('has its files, modes and links that stay inside', async () => {
    const tree = join(folder, 'tree');
    writeTree(tree, whole);
    mkdirSync(join(tree, 'node_modules/@scanpay'), { recursive: true });
    symlinkSync('../../device', join(tree, 'node_modules/@scanpay/device'));
    const file = join(folder, 'release.tar.gz');
    packFolder(tree, file);
    expect(await unpackRelease(file, target, 1_000)).toEqual({ ok: true, value: undefined });
    expect(readFileSync(join(target, 'node_modules/@scanpay/device/src/main.js'), 'utf8')).toBe('1');
    expect(statSync(join(target, 'bin/node')).mode & 0o111).toBe(0o111);
    expect(await unpackRelease(file, target, 5)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('5 bytes'),
    });
  });

  it.each<[string, Entry[]]>([
    ['a path upwards', [{ path: '../evil', text: 'x' }]],
    ['a path upwards on its way', [{ path: 'device/../../evil', text: 'x' }]],
    ['an absolute path', [{ path: absolute, text: 'x' }]],
    ['a link out, absolute', [{ path: 'evil', type: 'SymbolicLink', linkpath: '/etc' }]],
    ['a link out, relative', [{ path: 'device/evil', type: 'SymbolicLink', linkpath: '../../..' }]],
    [
      'a link out, and a file through it',
      [
        { path: 'evil', type: 'SymbolicLink', linkpath: '..' },
        { path: 'evil/evil', text: 'x' },
      ],
    ],
    ['a hard link', [{ path: 'evil', type: 'Link', linkpath: 'bin/node' }]],
    ['a device', [{ path: 'evil', type: 'CharacterDevice' }]],
  ])('is refused with %s', async (_what, entries) => {
    expect(await unpackRelease(forge(...entries), target, 10_000)).toMatchObject({
      ok: false,
      code: 'release_unusable',
    });
    expect(strays()).toEqual([]);
    expect(existsSync(absolute)).toBe(false);
  });

  it('is refused when it is cut off, no archive, or no release', async () => {
    const file = forge();
    expect(await unpackRelease(file, target, 10_000)).toMatchObject({ ok: true });
    const bytes = readFileSync(file);
    for (const broken of [bytes.subarray(0, 60), Buffer.from('<html>'), Buffer.alloc(0), gzipSync('text')]) {
      writeFileSync(file, broken);
      const fresh = mkdtempSync(join(folder, 'fresh-'));
      expect(await unpackRelease(file, fresh, 10_000)).toMatchObject({ ok: false, code: 'release_unusable' });
    }
  });
});
