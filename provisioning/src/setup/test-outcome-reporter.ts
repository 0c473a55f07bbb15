import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { isCi } from './is-ci.ts';

/** Where the counts of the last run are, relative to the root; print-outcome.mjs reads it. */
const outcomePath = '.cache/test-outcome.json';

/**
 * Names every skipped test with its reason and writes the counts of the run down. In CI a skipped test fails the run:
 * there a missing program is a fault of the machine, not a circumstance.
 */
export default class TestOutcomeReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const outcome = {
      passed: countTests(testModules, 'passed'),
      // A file that cannot be loaded, a hook or a stray promise that fails is a failure with no test of its own.
      failed: countTests(testModules, 'failed') + countBrokenSuites(testModules) + unhandledErrors.length,
      skipped: countTests(testModules, 'skipped'),
    };
    mkdirSync(dirname(outcomePath), { recursive: true });
    writeFileSync(outcomePath, `${JSON.stringify(outcome)}\n`);
    if (outcome.skipped === 0) return;
    const fails = isCi(process.env);
    const lines = testModules.flatMap(describeSkipped);
    process.stdout.write(`\n${fails ? 'Skipped, which fails in CI' : 'Skipped'}:\n${lines.join('\n')}\n`);
    if (fails) process.exitCode = 1;
  }
}

function countTests(testModules: readonly TestModule[], state: 'passed' | 'failed' | 'skipped'): number {
  return testModules.reduce((sum, { children }) => sum + [...children.allTests(state)].length, 0);
}

function countBrokenSuites(testModules: readonly TestModule[]): number {
  const suites = testModules.flatMap((testModule) => [testModule, ...testModule.children.allSuites()]);
  return suites.filter((suite) => suite.errors().length > 0).length;
}

function describeSkipped({ children, relativeModuleId }: TestModule): string[] {
  return [...children.allTests('skipped')].map((test) => {
    const result = test.result();
    const reason = (result.state === 'skipped' && result.note) || 'no reason given';
    return `  ${relativeModuleId} > ${test.fullName}: ${reason}`;
  });
}
