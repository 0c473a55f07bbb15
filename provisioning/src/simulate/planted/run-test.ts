import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What a test said of the sources below a folder. */
export interface TestRun {
  passed: boolean;
  /** The first thing it found wrong, or its last words where it could not even begin. */
  detail: string;
}

const outputLimit = 200_000;
/** As vitest's own reporter begins what an assertion says. */
const foundWrong = /^(AssertionError|Error|TypeError): .*$/mu;

/** Runs one test file of these sources in a process of its own. */
export function runTest(root: string, test: string): Promise<TestRun> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', test, '--root', root, '--reporter', 'default'];
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-outputLimit);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ passed: code === 0, detail: foundWrong.exec(output)?.[0] ?? output.slice(-500) }),
    );
  });
}
