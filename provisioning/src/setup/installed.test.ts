import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchesLock } from './installed.mjs';

const root = join(import.meta.dirname, '../../..');
const one = { version: '1.0.0', integrity: 'sha512-one' };
const two = { version: '2.0.0', integrity: 'sha512-two' };

describe('whether node_modules matches the lock file', () => {
  const wanted = {
    '': {},
    shared: { version: '0.1.0' },
    'node_modules/a': one,
    'node_modules/b': { ...two, optional: true },
  };

  it.each([
    ['all is there', { 'node_modules/a': one, 'node_modules/b': two }, true],
    ['an optional package of another platform is missing', { 'node_modules/a': one }, true],
    ['a package is missing', { 'node_modules/b': two }, false],
    ['a version differs', { 'node_modules/a': { ...one, version: '1.0.1' } }, false],
    ['the bytes differ', { 'node_modules/a': { ...one, integrity: 'sha512-other' } }, false],
    ['a package is left over', { 'node_modules/a': one, 'node_modules/a/node_modules/c': two }, false],
  ])('%s: %o → %s', (_what, installed, matches) => {
    expect(matchesLock(wanted, installed)).toBe(matches);
  });
});

interface LockedPackage {
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

describe('the lock file', () => {
  // npm ci refuses a lock file without them, while npm install leaves out what its registry does not offer at the time.
  it('names every package that a locked package depends on, those of other platforms too', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const packages: Record<string, LockedPackage> = lock.packages;
    const missing = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(packages, path, name))
        .map((name) => `${path || 'the root'} → ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Looks for a package the way Node does: beside the one that needs it, then outwards. */
function isLocked(packages: Record<string, LockedPackage>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (`${folder && `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}
