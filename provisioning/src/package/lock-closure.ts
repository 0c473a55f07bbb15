import { dirname, join } from 'node:path';
import type { Target } from './targets.ts';

/** One entry of `packages` in package-lock.json, of what is read here. */
export interface LockedPackage {
  version?: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  os?: string | readonly string[];
  cpu?: string | readonly string[];
  libc?: string | readonly string[];
}
export type Lock = Readonly<Record<string, LockedPackage>>;

/** A project of one root with everything it needs, which npm can install by itself. */
export interface Closure {
  /** What the root asks for: name and exact version. */
  dependencies: Readonly<Record<string, string>>;
  /** Paths of the lock file, e.g. `node_modules/fastify`, with their entries. */
  packages: Lock;
  /** Optional ones for other machines, and what those need: npm wants to know them, and leaves them out. */
  misfits: Lock;
}

/**
 * The production packages of these workspaces for one architecture, by the lock file: dependencies, and optional and
 * peer ones that fit it.
 *
 * @param extra packages needed besides, such as the Node itself
 * @throws Error when the lock file lacks a package that is not optional, or a workspace has packages of its own.
 */
export function findClosure(options: {
  lock: Lock;
  workspaces: readonly string[];
  target: Target;
  extra: readonly string[];
}): Closure {
  const { lock, workspaces, target, extra } = options;
  const nested = Object.keys(lock).find((path) => workspaces.some((name) => path.startsWith(`${name}/node_modules/`)));
  if (nested !== undefined) throw new Error(`${nested}: a workspace with packages of its own cannot be packaged`);
  const asked = [...new Set([...workspaces.flatMap((name) => Object.keys(lock[name]?.dependencies ?? {})), ...extra])];
  const reached: Record<string, LockedPackage> = {};
  const packages: Record<string, LockedPackage> = {};
  const reach = (from: string, { name, isOptional }: Need, isUsed: boolean): void => {
    const path = resolveLocked(lock, from, name);
    const entry = path === undefined ? undefined : lock[path];
    const isGood = entry !== undefined && fits(entry, target);
    if (isUsed && !isGood && !isOptional) throw new Error(`${name} is not in the lock file for ${target.debianName}`);
    if (path === undefined || entry === undefined) return;
    const into = isUsed && isGood ? packages : reached;
    if (path in into) return;
    into[path] = entry;
    for (const need of needsOf(entry)) reach(path, need, into === packages);
  };
  for (const name of asked) reach('', { name, isOptional: false }, true);
  const version = (name: string): string => packages[`node_modules/${name}`]?.version ?? '';
  return {
    dependencies: Object.fromEntries(asked.sort().map((name) => [name, version(name)])),
    packages: sortByPath(packages),
    misfits: sortByPath(Object.fromEntries(Object.entries(reached).filter(([path]) => !(path in packages)))),
  };
}

interface Need {
  name: string;
  isOptional: boolean;
}

/** An optional peer is not among them: whoever wants it names it. */
function needsOf(entry: LockedPackage): readonly Need[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [
    ...Object.keys(dependencies).map((name) => ({ name, isOptional: false })),
    ...[...Object.keys(optionalDependencies), ...peers].map((name) => ({ name, isOptional: true })),
  ];
}

const sortByPath = (packages: Lock): Lock =>
  Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Where Node would find the package: beside whoever asks, or in a folder above. */
function resolveLocked(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.includes('/') ? dirname(folder) : '') {
    const path = join(folder, 'node_modules', name);
    if (path in lock) return path;
    if (folder === '') return undefined;
  }
}

function fits({ os, cpu, libc }: LockedPackage, { npmCpu }: Target): boolean {
  return admits(os, 'linux') && admits(cpu, npmCpu) && admits(libc, 'glibc');
}

/** npm's rule: a list of what is meant, or of `!what` is not. */
function admits(list: string | readonly string[] | undefined, value: string): boolean {
  const words = [list ?? []].flat();
  if (words.includes(`!${value}`)) return false;
  const meant = words.filter((word) => !word.startsWith('!'));
  return meant.length === 0 || meant.includes(value);
}
