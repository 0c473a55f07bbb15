import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBounded } from './run-bounded.mjs';
import { writeTree } from './testing/write-tree.ts';

const root = join(import.meta.dirname, '../../..');
const deadlineMs = 150_000;

const passing = `import { it } from 'vitest';\nit('passes', () => {});\n`;
const skipping = `import { it } from 'vitest';\nit('needs a wire', (ctx) => ctx.skip('no wire here'));\n`;
const failing = `import { it } from 'vitest';\nit('fails', () => { throw new Error('as told'); });\n`;
const broken = `import './gone.ts';\n`;
const hookFails = `import { beforeAll, it } from 'vitest';\nbeforeAll(() => { throw new Error('x'); });\nit('waits', () => {});\n`;

/** Runs these test files with the project's Vitest configuration and prints the outcome as .ci/run does. */
async function runTests(texts: readonly string[], ci: string) {
  const files = texts.map((text, index) => [`shared/src/case-${index}.test.ts`, text]);
  const dir = writeTree({ 'package.json': '{"type":"module"}', ...Object.fromEntries(files) });
  cpSync(join(root, 'vitest.config.ts'), join(dir, 'vitest.config.ts'));
  for (const name of ['test-outcome-reporter.ts', 'is-ci.ts', 'print-outcome.mjs']) {
    cpSync(join(import.meta.dirname, name), join(dir, 'provisioning/src/setup', name));
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  const env = { ...process.env, CI: ci, NO_COLOR: '1' };
  const tests = await runBounded(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], {
    deadlineMs,
    cwd: dir,
    env,
  });
  const args = ['provisioning/src/setup/print-outcome.mjs', String(tests.code)];
  const outcome = await runBounded(process.execPath, args, { deadlineMs, cwd: dir });
  return { code: tests.code, output: tests.output, lastLine: outcome.output };
}

describe('the outcome of a test run', () => {
  it('names what was skipped and why, and passes outside CI', async () => {
    const { code, output, lastLine } = await runTests([passing, skipping], '');
    expect(code).toBe(0);
    expect(output).toContain('shared/src/case-1.test.ts > needs a wire: no wire here');
    expect(output.trim().split('\n').at(-1)).toContain('Duration');
    expect(lastLine).toBe('1 passed, 0 failed, 1 skipped\n');
  });

  it('fails in CI when a test was skipped', async () => {
    const { code, output, lastLine } = await runTests([passing, skipping], 'true');
    expect(code).not.toBe(0);
    expect(output).toContain('Skipped, which fails in CI:');
    expect(lastLine).toBe('1 passed, 1 failed, 1 skipped\n');
  });

  it('passes in CI when all ran', async () => {
    expect(await runTests([passing], 'true')).toMatchObject({ code: 0, lastLine: '1 passed, 0 failed\n' });
  });

  it('counts failed tests, files that cannot be loaded and failed hooks', async () => {
    const { code, lastLine } = await runTests([passing, failing, broken, hookFails], '');
    expect(code).not.toBe(0);
    expect(lastLine).toBe('1 passed, 3 failed, 1 skipped\n');
  });
});
