import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findBrokenNames } from './broken-names.ts';
import { compileEpoll, stripProgram } from './native-parts.ts';
import type { Product } from './products.ts';
import { isNeeded } from './prune-packages.ts';
import { stripTypes } from './strip-types.ts';
import type { Target } from './targets.ts';

/** What a release says of itself, in `release.json` at its top. */
export interface ReleaseFacts {
  product: Product['name'];
  version: string;
  /** As Debian calls it. */
  architecture: Target['debianName'];
  /** Version of the Node it brings. */
  node: string;
  /** Commit it was made from; `-dirty` after it where files had been changed. */
  commit: string;
}

/**
 * Fills `tree` with a release that runs by itself from wherever it is put, e.g.
 * `bin/node device/src/main.js --config FILE`.
 *
 * @param root the checkout
 * @param modules `node_modules` of the product's closure for the target
 * @throws Error when a native part cannot be compiled, or something needed was left out.
 */
export async function buildReleaseTree(options: {
  root: string;
  modules: string;
  tree: string;
  product: Product;
  target: Target;
  facts: ReleaseFacts;
}): Promise<void> {
  const { root, modules, tree, product, target, facts } = options;
  for (const workspace of [product.workspace, 'shared']) {
    copySources(join(root, workspace, 'src'), join(tree, workspace, 'src'));
    writeManifest(root, tree, workspace, facts.version);
  }
  copyModules(modules, join(tree, 'node_modules'), target);
  const broken = findBrokenNames(modules, join(tree, 'node_modules'), listFiles(join(tree, 'node_modules')));
  if (broken.length > 0) throw new Error(`left out, and named by what was not: ${broken.slice(0, 5).join('; ')}`);
  mkdirSync(join(tree, 'node_modules/@scanpay'), { recursive: true });
  symlinkSync('../../shared', join(tree, 'node_modules/@scanpay/shared'));
  const nodePackage = join(modules, `node-linux-${target.npmCpu}`);
  mkdirSync(join(tree, 'bin'), { recursive: true });
  copyFileSync(join(nodePackage, 'bin/node'), join(tree, 'bin/node'));
  copyFileSync(join(nodePackage, 'LICENSE'), join(tree, 'bin/LICENSE.node'));
  await stripProgram(join(tree, 'bin/node'), target);
  chmodSync(join(tree, 'bin/node'), 0o755);
  copyFileSync(join(root, 'systemd/with-notify-socket'), join(tree, 'bin/with-notify-socket'));
  chmodSync(join(tree, 'bin/with-notify-socket'), 0o755);
  if (readdirSync(modules).includes('epoll')) {
    await compileEpoll(modules, join(tree, 'node_modules/epoll/build/Release/epoll.node'), target);
  }
  writeJson(join(tree, 'release.json'), facts);
}

const isOwnTest = (path: string): boolean => /\.test\.ts$|(^|\/)testing\/|(^|\/)drivers\/.*-contract\.ts$/.test(path);

function copySources(from: string, to: string): void {
  for (const path of listFiles(from).filter((file) => !isOwnTest(file))) {
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    if (path.endsWith('.ts')) {
      const source = join(from, path);
      writeFileSync(target.replace(/\.ts$/, '.js'), stripTypes(source, readFileSync(source, 'utf8')));
    } else {
      copyFileSync(join(from, path), target);
    }
  }
}

function writeManifest(root: string, tree: string, workspace: string, version: string): void {
  const { name, type, exports } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  writeJson(join(tree, workspace, 'package.json'), { name, version, private: true, type, exports });
}

function copyModules(from: string, to: string, target: Target): void {
  const isRuntime = (path: string) => path.startsWith(`node-linux-${target.npmCpu}/`);
  const files = listFiles(from).filter((path) => !isRuntime(path) && isNeeded(path, target));
  // A package of which only its manifest is left has no code for us.
  const alive = new Set(files.filter((path) => !/(^|\/)(package\.json|licen[cs]e[^/]*)$/i.test(path)).map(packageOf));
  for (const path of files.filter((file) => alive.has(packageOf(file)))) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path));
  }
}

/** Path of the package that holds the file, e.g. `a/node_modules/@b/c`. */
function packageOf(path: string): string {
  const parts = path.split('/');
  const start = parts.lastIndexOf('node_modules') + 1;
  return parts.slice(0, start + (parts[start]?.startsWith('@') ? 2 : 1)).join('/');
}

/** Files below a folder, with `/`, in a fixed order. */
export function listFiles(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
