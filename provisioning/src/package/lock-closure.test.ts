import { describe, expect, it } from 'vitest';
import { findClosure, type Lock } from './lock-closure.ts';
import { findTarget, type Target } from './targets.ts';

const arm64 = findTarget('arm64') as Target;
const lock: Lock = {
  device: { dependencies: { a: '1.0.0' } },
  shared: { dependencies: { s: '2.0.0' } },
  'node_modules/a': {
    version: '1.0.0',
    dependencies: { b: '^1.0.0' },
    optionalDependencies: { 'fit-arm64': '1.0.0', 'fit-x64': '1.0.0', musl: '1.0.0' },
    peerDependencies: { peer: '1.0.0', whim: '1.0.0' },
    peerDependenciesMeta: { whim: { optional: true } },
  },
  'node_modules/a/node_modules/b': { version: '1.5.0' },
  'node_modules/b': { version: '9.0.0', dependencies: { never: '1.0.0' } },
  'node_modules/fit-arm64': { version: '1.0.0', cpu: ['arm64'], os: ['linux'], libc: ['glibc'] },
  'node_modules/fit-x64': { version: '1.0.0', cpu: ['x64'], dependencies: { 'with-x64': '1.0.0' } },
  'node_modules/with-x64': { version: '1.0.0' },
  'node_modules/musl': { version: '1.0.0', cpu: ['arm64'], libc: ['musl'] },
  'node_modules/peer': { version: '1.0.0', os: ['!win32'] },
  'node_modules/whim': { version: '1.0.0' },
  'node_modules/s': { version: '2.0.0' },
  'node_modules/tool': { version: '1.0.0' },
};
const find = (of: Lock, workspaces = ['device', 'shared']) =>
  findClosure({ lock: of, workspaces, target: arm64, extra: ['tool'] });

describe('the packages of a release', () => {
  it('are what the workspaces depend on, each where Node would find it, for that architecture alone', () => {
    const { dependencies, packages, misfits } = find(lock);
    expect(dependencies).toEqual({ a: '1.0.0', s: '2.0.0', tool: '1.0.0' });
    expect(Object.keys(packages)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/fit-arm64',
      'node_modules/peer',
      'node_modules/s',
      'node_modules/tool',
    ]);
    expect(Object.keys(misfits)).toEqual(['node_modules/fit-x64', 'node_modules/musl', 'node_modules/with-x64']);
  });

  it('are not to be had where the lock file lacks one, or has it for other machines only', () => {
    const { 'node_modules/s': _gone, ...without } = lock;
    expect(() => find(without)).toThrow('s is not in the lock file for arm64');
    expect(() => find({ ...lock, 'node_modules/s': { version: '2.0.0', cpu: ['x64'] } })).toThrow('s is not');
  });

  it('cannot lie in a workspace', () => {
    expect(() => find({ ...lock, 'device/node_modules/x': {} })).toThrow('device/node_modules/x');
  });
});
