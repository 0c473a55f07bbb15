// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { findPinnedNode, isNewEnough } from './pinned-node.mjs';

const fetchDeadlineMs = 5 * 60_000;

/**
 * Does `work` with a Node new enough to run npm on: the one at hand, or the pinned one, fetched by itself into the cache
 * folder for as long as that takes.
 *
 * @template T
 * @param {string} root
 * @param {import('./pinned-node.mjs').Host} host
 * @param {(nodePath: string) => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {Error} when there is none; the message is for the user
 */
export async function withNodeForNpm(root, host, work) {
  if (isNewEnough(host.version)) return work(host.execPath);
  const dir = join(root, '.cache', 'npm-node');
  try {
    writeProject(root, dir, `node-linux-${host.arch}`);
    const result = await runNpm(host.execPath, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      deadlineMs: fetchDeadlineMs,
      cwd: dir,
    });
    const node = findPinnedNode(dir, host);
    if (!node) throw new Error(`Node 24 could not be fetched for ${host.arch}: ${result.output.trim().slice(-500)}`);
    return await work(node.path);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Writes a project of one package, with the version and hash of the root's lock file.
 *
 * @param {string} root
 * @param {string} dir
 * @param {string} name
 */
function writeProject(root, dir, name) {
  const path = `node_modules/${name}`;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[path];
  if (!locked) throw new Error(`needs Node 24 or newer: the lock file has no ${name}`);
  const manifest = { name: 'npm-node', version: '0.0.0', private: true, dependencies: { [name]: locked.version } };
  const { optional: _, ...entry } = locked;
  const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, [path]: entry } };
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lock));
}
