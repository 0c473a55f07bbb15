import type { CaseOutcome } from './guest/cases.ts';

/** What one line of the machine's console says of the cases; undefined: nothing. */
export function readConsoleLine(line: string): CaseOutcome | { total: number } | undefined {
  const total = /(?:^|\s)CASES (\d+)$/.exec(line)?.[1];
  if (total !== undefined) return { total: Number(total) };
  const json = /CASE (\{.*\})$/.exec(line)?.[1];
  return json === undefined ? undefined : (JSON.parse(json) as CaseOutcome);
}

/**
 * What was wrong with a whole run, in words; undefined: nothing. A machine that hangs or dies amid the cases must not
 * look like one where the rest passed.
 */
export function judgeRun(
  outcomes: readonly CaseOutcome[],
  total: number | undefined,
  exitCode: number,
): string | undefined {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) return `${failed} of ${outcomes.length} failed`;
  if (total !== outcomes.length) return `ended after ${outcomes.length} cases, not ${total ?? 'known how many'}`;
  if (total === 0) return 'no case was run';
  return exitCode === 0 ? undefined : `the machine ended with ${exitCode}`;
}
