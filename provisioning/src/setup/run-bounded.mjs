// @ts-check
import { spawn } from 'node:child_process';

/**
 * @typedef {object} RunResult
 * @property {number | null} code exit code; null when a signal ended it
 * @property {NodeJS.Signals | null} signal the signal that ended it
 * @property {boolean} timedOut true when the deadline passed and the process group was killed
 * @property {string} output the last 64 KiB of stdout and stderr together; empty when shown live
 */

const outputLimit = 64 * 1024;
const killGraceMs = 5_000;

/**
 * Runs a program to its end within a deadline. It gets its own process group, so that a compiler or package manager
 * takes its children with it when the deadline passes or this process is told to stop.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ deadlineMs: number, cwd?: string, env?: NodeJS.ProcessEnv, live?: boolean }} options `live` shows the
 *   output on stderr as it comes instead of collecting it
 * @returns {Promise<RunResult>} never rejects: a program that cannot be started has code 127
 */
export function runBounded(program, args, options) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      detached: true,
      stdio: options.live ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const collect = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-outputLimit);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);

    const killGroup = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // The group has already gone.
      }
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      killGroup('SIGTERM');
      setTimeout(() => killGroup('SIGKILL'), killGraceMs).unref();
    }, options.deadlineMs);
    const stopWithUs = (/** @type {NodeJS.Signals} */ signal) => {
      killGroup('SIGTERM');
      process.exitCode = signal === 'SIGINT' ? 130 : 143;
      process.exit();
    };
    process.once('SIGINT', stopWithUs).once('SIGTERM', stopWithUs);

    const finish = (/** @type {number | null} */ code, /** @type {NodeJS.Signals | null} */ signal) => {
      clearTimeout(deadline);
      process.off('SIGINT', stopWithUs).off('SIGTERM', stopWithUs);
      resolve({ code, signal, timedOut, output });
    };
    child.once('error', (error) => {
      output += error.message;
      finish(127, null);
    });
    child.once('close', finish);
  });
}
