import { expect, it } from 'vitest';
import type { CaseOutcome } from './guest/cases.ts';
import { judgeRun, readConsoleLine } from './read-console.ts';

const passed: CaseOutcome = { name: 'a', outcome: 'passed', detail: '1 s' };

it('finds the report among what else is on the console', () => {
  expect(readConsoleLine(`c[?7lCASE ${JSON.stringify(passed)}`)).toEqual(passed);
  expect(readConsoleLine('CASES 3')).toEqual({ total: 3 });
  expect(readConsoleLine('BOX-VM-EXIT 0')).toBeUndefined();
});

it('takes only a whole run for a good one', () => {
  const skipped: CaseOutcome = { ...passed, outcome: 'skipped' };
  expect(judgeRun([passed, skipped], 2, 0)).toBeUndefined();
  expect(judgeRun([passed], 2, 0)).toMatch(/^ended after 1 cases/);
  expect(judgeRun([passed], undefined, 99)).toMatch(/not known how many/);
  expect(judgeRun([], 0, 0)).toBe('no case was run');
  expect(judgeRun([passed, { ...passed, outcome: 'failed' }], 2, 1)).toBe('1 of 2 failed');
  expect(judgeRun([passed], 1, 139)).toMatch(/139/);
});
