// @ts-check
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runNpm } from './npm.mjs';
import { runBounded } from './run-bounded.mjs';

const compileDeadlineMs = 5 * 60_000;
const loadDeadlineMs = 20_000;

/** @param {string} root */
const addonPath = (root) => join(root, 'node_modules', 'epoll', 'build', 'Release', 'epoll.node');

/** @param {string} root */
export function isEpollBuilt(root) {
  return existsSync(addonPath(root));
}

/**
 * What node-gyp needs and this machine does not have, in words; empty when all is there.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function missingBuildTools(env) {
  const dirs = (env.PATH ?? '').split(delimiter);
  const has = (/** @type {string} */ program) => dirs.some((dir) => isExecutable(join(dir, program)));
  const missing = [];
  if (!has('make')) missing.push('make');
  if (!env.CXX && !['g++', 'c++', 'clang++'].some(has)) missing.push('g++');
  if (!['python3', 'python'].some(has)) missing.push('python3');
  return missing;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Compiles onoff's epoll addon against the headers of the pinned Node, then loads it there. It is the one dependency
 * without a ready binary; `ignore-scripts` holds for all others.
 *
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function buildEpoll(root, node) {
  // By environment and not by flag: npm knows no `nodedir` of its own, and a user's npmrc may name another Node's.
  const env = { ...process.env };
  if (node.headersDir) env.npm_config_nodedir = node.headersDir;
  const args = ['rebuild', 'epoll', '--ignore-scripts=false', '--loglevel=error'];
  const built = await runNpm(node.path, args, { deadlineMs: compileDeadlineMs, cwd: root, env });
  if (built.code !== 0) return { ok: false, reason: describeFailure(built, compileDeadlineMs) };
  return loadEpoll(root, node);
}

/**
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 * @returns {Promise<{ ok: true } | { ok: false, reason: string }>}
 */
export async function loadEpoll(root, node) {
  const loaded = await runBounded(node.path, ['-e', "require('epoll')"], { deadlineMs: loadDeadlineMs, cwd: root });
  return loaded.code === 0 ? { ok: true } : { ok: false, reason: describeFailure(loaded, loadDeadlineMs) };
}

/**
 * @param {import('./run-bounded.mjs').RunResult} result
 * @param {number} deadlineMs
 */
function describeFailure(result, deadlineMs) {
  if (result.timedOut) return `not done after ${deadlineMs / 1000} s`;
  return result.output.trim().split('\n').slice(-15).join('\n') || `exit code ${result.code}`;
}
