import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runBounded } from '../setup/run-bounded.mjs';
import type { Target } from './targets.ts';

const compileDeadlineMs = 5 * 60_000;

/**
 * Compiles onoff's epoll addon for the target, on whatever machine this is. It is the one package without a ready
 * binary, and a single file: the compiler is called as node-gyp would.
 *
 * @param modules `node_modules` of the target, with the headers of its Node and nan
 * @param output the addon, e.g. `…/epoll/build/Release/epoll.node`
 * @throws Error with the compiler's words.
 */
export async function compileEpoll(modules: string, output: string, target: Target): Promise<void> {
  const language = ['-std=gnu++20', '-O2', '-fPIC', '-fno-rtti', '-fno-exceptions', '-pthread'];
  const defines = ['-DNODE_GYP_MODULE_NAME=epoll', '-DBUILDING_NODE_EXTENSION', '-D_FILE_OFFSET_BITS=64'];
  // Paths of this machine would make two builds differ.
  const repeatable = [`-ffile-prefix-map=${modules}=.`, '-Wl,--build-id=none', '-s'];
  const headers = join(modules, `node-linux-${target.npmCpu}`, 'include/node');
  if (!existsSync(headers)) throw new Error(`no headers of Node in ${headers}`);
  const includes = [`-I${headers}`, `-I${join(modules, 'nan')}`];
  mkdirSync(dirname(output), { recursive: true });
  const files = ['-shared', '-o', output, join(modules, 'epoll/src/epoll.cc')];
  await run(`${target.gnuTriplet}-g++`, [...language, ...defines, ...repeatable, ...includes, ...files]);
}

/**
 * Takes names and debugging data off a program of the target: a fifth of Node's size. What addons link with stays.
 *
 * @throws Error with strip's words.
 */
export async function stripProgram(path: string, target: Target): Promise<void> {
  await run(`${target.gnuTriplet}-strip`, ['--strip-unneeded', path]);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const result = await runBounded(program, args, { deadlineMs: compileDeadlineMs });
  if (result.timedOut) throw new Error(`${program} was not done after ${compileDeadlineMs / 60_000} minutes`);
  if (result.code !== 0) throw new Error(`${program}: ${result.output.trim().slice(-2000)}`);
}
