// @ts-check
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 200;

/**
 * Does `work` while no other set-up of the same checkout runs: two `npm ci` at once would ruin node_modules. A lock left
 * by a process that no longer runs is taken over.
 *
 * @template T
 * @param {string} path
 * @param {number} deadlineMs
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(path, deadlineMs, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waitedMs = 0; !tryLock(path); waitedMs += retryMs) {
    if (waitedMs >= deadlineMs) throw new Error(`another set-up still runs after ${deadlineMs / 1000} s (${path})`);
    await sleep(retryMs);
  }
  const unlock = () => rmSync(path, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isOwnerGone(path)) return false;
    rmSync(path, { force: true });
    return false;
  }
}

/** @param {string} path */
function isOwnerGone(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Empty: its owner is just writing its number.
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
