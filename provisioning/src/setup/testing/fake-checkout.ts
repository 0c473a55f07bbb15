import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTree } from './write-tree.ts';

const setupDir = join(import.meta.dirname, '..');

/** Stands for npm: writes down how it was called and lays out what the set-up looks at. */
const fakeNpm = `
const { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
const [command] = process.argv.slice(2);
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
if (existsSync('npm-fails-at-' + command)) process.exit(1);
if (command === 'ci') {
  rmSync('node_modules', { recursive: true, force: true });
  const node = 'node_modules/node-linux-' + process.arch;
  mkdirSync(node + '/bin', { recursive: true });
  writeFileSync(node + '/package.json', JSON.stringify({ version: process.versions.node }));
  writeFileSync(node + '/bin/node', '#!/bin/sh\\nPINNED=yes exec ' + process.execPath + ' "$@"\\n', { mode: 0o755 });
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
  mkdirSync(node + '/include/node', { recursive: true });
  mkdirSync('node_modules/epoll');
  writeFileSync('node_modules/epoll/index.js', '');
}
`;

/** Stands for g++: writes down how it was called and makes the file after -o. */
const fakeCompiler = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> compiler-calls
test -e compiler-fails && { echo 'no such header'; exit 1; }
while [ "$1" != -o ]; do shift; done
: > "$2"
`;

export const lockOf = (version: string): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/epoll': { version, integrity: `sha512-${version}` } } });

/** A checkout of nothing but the set-up script, a lock file and stand-ins for npm and the compiler. */
export interface FakeCheckout {
  path(name: string): string;
  /** Runs the set-up script to its end. */
  run(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  start(...args: readonly string[]): ChildProcess;
  /** How npm was called so far, one line per call. */
  npmCalls(): string[];
  compilerCalls(): string[];
}

/** @param env added to the environment of the set-up script */
export function createFakeCheckout(env: NodeJS.ProcessEnv = {}): FakeCheckout {
  const root = writeTree({ 'package-lock.json': lockOf('1.0.0'), 'npm-cli.js': fakeNpm, compiler: fakeCompiler });
  const path = (name: string): string => join(root, name);
  cpSync(setupDir, path('provisioning/src/setup'), { recursive: true });
  chmodSync(path('compiler'), 0o755);
  const standIns = { CXX: path('compiler'), npm_execpath: path('npm-cli.js') };
  const start = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ['provisioning/src/setup/setup.mjs', ...args], {
      cwd: root,
      env: { ...process.env, ...standIns, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    path,
    start,
    run: (...args) => collect(start(...args)),
    npmCalls: () => readLines(path('npm-calls')),
    compilerCalls: () => readLines(path('compiler-calls')),
  };
}

function readLines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

/** Waits for the end of a process and returns what it said. */
export function collect(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}
