// @ts-check
import { runBounded } from './run-bounded.mjs';

/**
 * Runs npm: the one that started us where we know it, otherwise the one in PATH.
 *
 * @param {string} root
 * @param {readonly string[]} args
 * @param {{ deadlineMs: number, env?: NodeJS.ProcessEnv, live?: boolean }} options
 */
export function runNpm(root, args, options) {
  const env = options.env ?? process.env;
  const { npm_execpath: npmCli, npm_node_execpath: npmNode } = env;
  if (npmCli && npmNode) return runBounded(npmNode, [npmCli, ...args], { ...options, cwd: root });
  return runBounded('npm', args, { ...options, cwd: root });
}
