// @ts-check
/**
 * `node print-outcome.mjs <exit code of npm test>`: prints `N passed, N failed`, and `, N skipped` when there are any,
 * from the counts the last run left. A run that failed without a failed test (a check, set-up itself) counts as one.
 */
import { readFileSync } from 'node:fs';

/** @returns {{ passed: number, failed: number, skipped: number }} */
function readOutcome() {
  try {
    return JSON.parse(readFileSync(new URL('../../../.cache/test-outcome.json', import.meta.url), 'utf8'));
  } catch {
    // Nothing was written: the run ended before the tests did.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed, skipped } = readOutcome();
const failedAtLeast = process.argv[2] === '0' ? failed : Math.max(failed, 1);
console.log(`${passed} passed, ${failedAtLeast} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
