/**
 * `npm test`: Debian packages, static checks, all tests. `npm test -- <words for vitest>`: just those tests.
 *
 * The tests run even where a check fails, so that one run tells everything; the exit code is 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { provideDebianPackages, thisAptHost } from './debian-packages.ts';
import { isCi } from './is-ci.ts';
import { runChecks } from './run-checks.ts';
import { setUp } from './set-up.mjs';

const testsDeadlineMs = 30 * 60_000;

function runTests(words: readonly string[]): boolean {
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...words];
  const { env, sbinDirs } = thisAptHost();
  // mosquitto is in /usr/sbin, which is not in every user's PATH.
  const PATH = [env.PATH, ...sbinDirs].join(delimiter);
  const run = spawnSync(process.execPath, args, { stdio: 'inherit', timeout: testsDeadlineMs, env: { ...env, PATH } });
  return run.status === 0;
}

async function prepare(): Promise<boolean> {
  const log = (line: string): void => console.log(`scanpay: ${line}`);
  const missing = await provideDebianPackages(thisAptHost(), log);
  // Once more: with a compiler just installed epoll can be had.
  await setUp(process.cwd(), log);
  const failedChecks = await runChecks(process.cwd());
  return failedChecks.length === 0 && !(isCi(process.env) && missing.length > 0);
}

const words = process.argv.slice(2);
const prepared = words.length > 0 || (await prepare());
if (!prepared) console.log('scanpay: this run has failed already; the tests follow all the same');
const passed = runTests(words);
if (!(prepared && passed)) process.exitCode = 1;
