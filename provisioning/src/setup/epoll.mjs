// @ts-check
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runBounded } from './run-bounded.mjs';

const compileDeadlineMs = 5 * 60_000;
const loadDeadlineMs = 20_000;

/** @typedef {{ ok: true } | { ok: false, reason: string }} EpollResult */

/** @param {string} root */
const addonPath = (root) => join(root, 'node_modules', 'epoll', 'build', 'Release', 'epoll.node');

/** @param {string} root */
export function isEpollBuilt(root) {
  return existsSync(addonPath(root));
}

/**
 * The C++ compiler to use: that of `CXX`, or the first of the usual names in PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findCompiler(env) {
  if (env.CXX) return env.CXX;
  const dirs = (env.PATH ?? '').split(delimiter);
  return ['g++', 'c++', 'clang++'].flatMap((name) => dirs.map((dir) => join(dir, name))).find(isExecutable);
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
 * without a ready binary.
 *
 * The addon is a single file, so the compiler is called as node-gyp would. node-gyp itself is not used: Debian's links
 * every addon with Debian's own libnode, and such an addon crashes any other Node.
 *
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 * @param {string} compiler
 * @returns {Promise<EpollResult>}
 */
export async function buildEpoll(root, node, compiler) {
  if (!node.includeDir) return { ok: false, reason: `there are no headers of Node beside ${node.path}` };
  const modules = join(root, 'node_modules');
  const language = ['-std=gnu++20', '-O2', '-fPIC', '-fno-rtti', '-fno-exceptions', '-pthread'];
  const defines = ['-DNODE_GYP_MODULE_NAME=epoll', '-DBUILDING_NODE_EXTENSION', '-D_FILE_OFFSET_BITS=64'];
  const includes = [`-I${node.includeDir}`, `-I${join(modules, 'nan')}`];
  const files = ['-shared', '-o', addonPath(root), join(modules, 'epoll', 'src', 'epoll.cc')];
  mkdirSync(dirname(addonPath(root)), { recursive: true });
  const built = await runBounded(compiler, [...language, ...defines, ...includes, ...files], {
    deadlineMs: compileDeadlineMs,
  });
  if (built.code !== 0) return { ok: false, reason: describeFailure(built, compileDeadlineMs) };
  return loadEpoll(root, node);
}

/**
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 * @returns {Promise<EpollResult>}
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
  return result.output.trim().split('\n').slice(-15).join('\n') || `ended by ${result.signal ?? `code ${result.code}`}`;
}
