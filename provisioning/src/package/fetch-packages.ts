import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from '../setup/npm.mjs';
import type { Closure } from './lock-closure.ts';
import type { Target } from './targets.ts';

const fetchDeadlineMs = 5 * 60_000;

/**
 * Installs the closure for its architecture, whatever this machine's own is; npm checks each package against the hash of
 * the lock file. No install script runs. Kept in the cache folder under the hash of what was asked for.
 *
 * @returns the folder that holds `node_modules`
 * @throws Error with npm's words when that fails.
 */
export async function fetchPackages(root: string, closure: Closure, target: Target): Promise<string> {
  // npm takes a package that does not fit this machine only where it is optional; whether all came is looked at below.
  const fitsAny = ([name]: [string, string]) => closure.packages[`node_modules/${name}`]?.cpu === undefined;
  const asked = Object.entries(closure.dependencies);
  const manifest = {
    name: 'scanpay-release',
    version: '0.0.0',
    private: true,
    dependencies: Object.fromEntries(asked.filter(fitsAny)),
    optionalDependencies: Object.fromEntries(asked.filter((entry) => !fitsAny(entry))),
  };
  const lock = {
    ...manifest,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...closure.misfits, ...closure.packages },
  };
  const lockText = JSON.stringify(lock, null, 2);
  const key = createHash('sha256').update(target.debianName).update(lockText).digest('hex').slice(0, 16);
  const dir = join(root, '.cache', 'package', `modules-${target.debianName}-${key}`);
  const done = join(dir, 'done');
  if (existsSync(done)) return dir;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(dir, 'package-lock.json'), lockText);
  const fit = ['--os', 'linux', '--cpu', target.npmCpu, '--libc', 'glibc'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const result = await runNpm(process.execPath, ['ci', '--ignore-scripts', '--no-bin-links', ...fit, ...quiet], {
    deadlineMs: fetchDeadlineMs,
    cwd: dir,
  });
  if (result.timedOut) throw new Error(`npm ci was not done after ${fetchDeadlineMs / 60_000} minutes`);
  if (result.code !== 0) throw new Error(`npm ci failed: ${result.output.trim().slice(0, 2000)}`);
  const missing = Object.keys(closure.packages).filter((path) => !existsSync(join(dir, path, 'package.json')));
  if (missing.length > 0) throw new Error(`npm did not install ${missing.join(', ')}`);
  writeFileSync(done, '');
  return dir;
}
