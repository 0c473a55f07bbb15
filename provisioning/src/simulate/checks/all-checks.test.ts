import { expect, it } from 'vitest';
import { createChecks, tellChecks } from './all-checks.ts';

it.each([1, 2, 3, 4, 5, 6, 7, 8])('holds invariant %i of DESIGN §8 against what happens', (number) => {
  expect(createChecks().map(({ rule }) => rule)).toContain(`§8.${number}`);
});

it('has a row for every check, and each of them looks at something', () => {
  const rows = tellChecks().slice(2);
  expect(rows).toHaveLength(createChecks().length + 1);
  for (const row of rows) expect(row).not.toMatch(/\| +\|/);
});
