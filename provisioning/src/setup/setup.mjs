// @ts-check
/**
 * `node provisioning/src/setup/setup.mjs [script.ts [argument…]]`: sets the checkout up, then runs the script with the
 * pinned Node. Plain JavaScript without dependencies, because it starts on the host's Node (18 or newer) before
 * node_modules exists.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './set-up.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Hands over to the script: same terminal, same signals, same end.
 *
 * @param {string} nodePath
 * @param {readonly string[]} args
 */
function runScript(nodePath, args) {
  const child = spawn(nodePath, args, { stdio: 'inherit' });
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // From a terminal Ctrl-C reaches the child by itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, forward);
  child.once('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

try {
  const node = await setUp(root, (line) => process.stderr.write(`scanpay: ${line}\n`));
  const [script, ...args] = process.argv.slice(2);
  if (script) runScript(node.path, [script, ...args]);
} catch (error) {
  process.stderr.write(`scanpay: set-up failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
