// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the last set-up left behind. Lives in node_modules, so that removing node_modules forgets it.
 *
 * @typedef {object} SetupRecord
 * @property {string} lockHash SHA-256 of the package-lock.json that node_modules was found to match
 * @property {string} [epollFor] version of the Node for which epoll was compiled and loaded
 * @property {string} [epollFailedFor] version of the Node for which compiling epoll failed
 */

/** @param {string} root */
const recordPath = (root) => join(root, 'node_modules', '.scanpay-setup.json');

/**
 * @param {string} root
 * @returns {SetupRecord | undefined} undefined when there is none, or none that can be read
 */
export function readSetupRecord(root) {
  try {
    const record = JSON.parse(readFileSync(recordPath(root), 'utf8'));
    return typeof record?.lockHash === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {SetupRecord} record
 */
export function writeSetupRecord(root, record) {
  writeFileSync(recordPath(root), `${JSON.stringify(record, null, 2)}\n`);
}

/** @param {string} root */
export function hashLock(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Whether node_modules holds what the lock file asks for, by npm's own list of what it installed. This spares a whole
 * reinstall after an `npm install` that changed both alike.
 *
 * @param {string} root
 */
export function isLockInstalled(root) {
  const installedPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath)) return false;
  return matchesLock(readPackages(join(root, 'package-lock.json')), readPackages(installedPath));
}

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * @param {string} path
 * @returns {Packages}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/**
 * @param {Packages} wanted `packages` of package-lock.json
 * @param {Packages} installed `packages` of node_modules/.package-lock.json
 */
export function matchesLock(wanted, installed) {
  const isPackage = (/** @type {string} */ path) => path.includes('node_modules/');
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    if (!isPackage(path)) continue;
    const found = installed[path];
    // An optional package may be missing: it is for another architecture.
    if (!found && optional) continue;
    if (!found || found.version !== version) return false;
    if (integrity && found.integrity !== integrity) return false;
  }
  return Object.keys(installed).every((path) => !isPackage(path) || path in wanted);
}
