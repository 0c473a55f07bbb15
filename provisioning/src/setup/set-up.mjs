// @ts-check
import { join } from 'node:path';
import { buildEpoll, findCompiler, isEpollBuilt, loadEpoll } from './epoll.mjs';
import { hashLock, isLockInstalled, readSetupRecord, writeSetupRecord } from './installed.mjs';
import { runNpm } from './npm.mjs';
import { withNodeForNpm } from './npm-node.mjs';
import { findPinnedNode, linkPinnedNode, thisHost } from './pinned-node.mjs';
import { withSetupLock } from './setup-lock.mjs';

const installDeadlineMs = 10 * 60_000;
const lockDeadlineMs = 16 * 60_000;
const noOnoff = 'the onoff light driver will not be available; the other light drivers are';

/**
 * Brings the checkout to where everything runs: dependencies installed, epoll compiled for the pinned Node. Done
 * already: a few file reads.
 *
 * @param {string} root absolute path of the checkout
 * @param {(line: string) => void} log
 * @returns {Promise<import('./pinned-node.mjs').PinnedNode>}
 * @throws {Error} when the dependencies cannot be installed or no Node can serve; the message is for the user
 */
export async function setUp(root, log) {
  const node = findPinnedNode(root, thisHost());
  if (node && isDone(root, node)) return node;
  return withSetupLock(join(root, '.cache', 'setup.lock'), lockDeadlineMs, async () => {
    await installDependencies(root, log);
    const installedNode = findPinnedNode(root, thisHost());
    if (!installedNode) {
      const { arch, version } = thisHost();
      throw new Error(`no Node 24 or newer: none is packaged for ${arch}, and the one installed here is ${version}`);
    }
    linkPinnedNode(root, installedNode);
    await provideEpoll(root, installedNode, log);
    return installedNode;
  });
}

/**
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 */
function isDone(root, node) {
  const record = readSetupRecord(root);
  return record?.lockHash === hashLock(root) && record.epollFor === node.version && isEpollBuilt(root);
}

/**
 * @param {string} root
 * @param {(line: string) => void} log
 */
async function installDependencies(root, log) {
  const lockHash = hashLock(root);
  const record = readSetupRecord(root);
  if (record?.lockHash === lockHash) return;
  if (isLockInstalled(root)) {
    writeSetupRecord(root, { ...record, lockHash });
    return;
  }
  log('installing the dependencies (npm ci); the first time takes about a minute');
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional'];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const result = await withNodeForNpm(root, thisHost(), (nodePath) =>
    runNpm(nodePath, [...args, ...quiet], { deadlineMs: installDeadlineMs, cwd: root, live: true }),
  );
  if (result.timedOut) throw new Error(`npm ci was not done after ${installDeadlineMs / 60_000} minutes`);
  if (result.code !== 0) throw new Error(`npm ci failed with exit code ${result.code}; is the network there?`);
  writeSetupRecord(root, { lockHash });
}

/**
 * @param {string} root
 * @param {import('./pinned-node.mjs').PinnedNode} node
 * @param {(line: string) => void} log
 */
async function provideEpoll(root, node, log) {
  const record = { lockHash: hashLock(root) };
  const saved = readSetupRecord(root);
  if (isEpollBuilt(root) && (saved?.epollFor === node.version || (await loadEpoll(root, node)).ok)) {
    writeSetupRecord(root, { ...record, epollFor: node.version });
    return;
  }
  const compiler = findCompiler(process.env);
  if (!compiler) {
    log(`no C++ compiler here (apt-get install g++), so ${noOnoff}`);
    return;
  }
  if (saved?.epollFailedFor === node.version) {
    log(`epoll could not be compiled (to try again: rm node_modules/.scanpay-setup.json), so ${noOnoff}`);
    return;
  }
  log('compiling epoll for the onoff light driver');
  const built = await buildEpoll(root, node, compiler);
  if (!built.ok) log(`epoll does not work, so ${noOnoff}\n${built.reason}`);
  writeSetupRecord(root, { ...record, [built.ok ? 'epollFor' : 'epollFailedFor']: node.version });
}
