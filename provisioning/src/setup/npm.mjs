// @ts-check
import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runBounded } from './run-bounded.mjs';

/**
 * Runs npm on the given Node. npm leaves out optional packages that do not fit the Node it runs on, native binaries
 * among them, so it has to run on the one it installs for.
 *
 * @param {string} nodePath
 * @param {readonly string[]} args
 * @param {{ deadlineMs: number, cwd: string, env?: NodeJS.ProcessEnv, live?: boolean }} options
 */
export function runNpm(nodePath, args, options) {
  // An old npm on a new Node gives deprecation warnings that nobody here can do anything about.
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...(options.env ?? process.env), NODE_NO_WARNINGS: '1' };
  const npmCli = findNpmCli(env);
  if (npmCli) return runBounded(nodePath, [npmCli, ...args], { ...options, env });
  // A shell script stands before npm: it takes the first Node of PATH.
  const path = [dirname(nodePath), env.PATH].join(delimiter);
  return runBounded('npm', args, { ...options, env: { ...env, PATH: path } });
}

/**
 * The script behind `npm`: the one that started us, or the one in PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function findNpmCli(env) {
  const inPath = (env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'npm'));
  const candidates = [env.npm_execpath, ...inPath.filter(existsSync).map((path) => realpathSync(path))];
  return candidates.find((path) => path && basename(path) === 'npm-cli.js');
}
