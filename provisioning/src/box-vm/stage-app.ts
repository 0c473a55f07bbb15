import { cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** What of a checkout a program needs at run time. */
export interface StageOptions {
  /** The checkout, with its packages installed. */
  root: string;
  /** Folder to fill; made where it is missing. */
  target: string;
  /** Workspaces whose code and `dependencies` are needed, e.g. `['shared', 'device']`. */
  workspaces: readonly string[];
  /** Packages needed besides, e.g. of `devDependencies`. */
  packages?: readonly string[];
  /** Packages that will not be used, and with them whatever only they need. */
  without?: readonly string[];
}

interface LockedPackage {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
type Lock = Record<string, LockedPackage>;

/**
 * Copies those workspaces and the closure of their packages, by the lock file, into a folder that runs by itself, e.g.
 * `node device/src/main.ts`. Tests, types, sources of native parts and the Node itself are left out: such a folder
 * goes into the memory of a small machine.
 *
 * @throws Error when a package that is not optional is not installed.
 */
export function stageApp({ root, target, workspaces, packages = [], without = [] }: StageOptions): void {
  const lock = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages;
  mkdirSync(join(target, 'node_modules/@scanpay'), { recursive: true });
  for (const workspace of workspaces) {
    cpSync(join(root, workspace), join(target, workspace), { recursive: true, filter: isOwnCode });
    symlinkSync(`../../${workspace}`, join(target, 'node_modules/@scanpay', workspace));
  }
  for (const path of findClosure(root, lock, { workspaces, packages, without })) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(root, path), join(target, path), { recursive: true, filter: (from) => isPackageCode(root, from) });
  }
}

const isOwnCode = (from: string): boolean =>
  !['node_modules', 'docs'].includes(basename(from)) && !/\.test\.ts$/.test(from);

/** Sources of native parts; what was built of them stays. */
const nativeSources = ['node_modules/better-sqlite3/deps', 'node_modules/better-sqlite3/src'];

function isPackageCode(root: string, from: string): boolean {
  if (/\.(map|d\.[cm]?ts|md|o|a)$/.test(from) && !statSync(from).isDirectory()) return false;
  const path = relative(root, from);
  // Packages of its own that a package brings are in the closure by themselves.
  if (basename(path) === 'node_modules' || nativeSources.includes(path)) return false;
  return basename(dirname(path)) !== 'prebuilds' || basename(path, '.node') === `${process.platform}-${process.arch}`;
}

/** Paths of packages from the root, e.g. `node_modules/fastify`; installed ones only. */
function findClosure(
  root: string,
  lock: Lock,
  {
    workspaces,
    packages,
    without,
  }: { workspaces: readonly string[]; packages: readonly string[]; without: readonly string[] },
): readonly string[] {
  const closure = new Set<string>();
  const add = (from: string, name: string, isOptional: boolean): void => {
    if (without.includes(name)) return;
    const path = resolvePackage(lock, from, name);
    if (path === undefined || !existsSync(join(root, path))) {
      if (isOptional) return;
      throw new Error(`${name}, needed by ${from || 'the stage'}, is not installed`);
    }
    if (closure.has(path)) return;
    closure.add(path);
    addNeeds(path);
  };
  const addNeeds = (path: string): void => {
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = lock[path] ?? {};
    for (const name of Object.keys(dependencies)) add(path, name, name in optionalDependencies);
    for (const name of Object.keys({ ...optionalDependencies, ...peerDependencies })) add(path, name, true);
  };
  for (const workspace of workspaces) addNeeds(workspace);
  for (const name of packages) add('', name, false);
  return [...closure];
}

/** Where Node would find the package: beside whoever asks, or in a folder above. */
function resolvePackage(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.includes('/') ? dirname(folder) : '') {
    const path = join(folder, 'node_modules', name);
    if (path in lock) return path;
    if (folder === '') return undefined;
  }
}
