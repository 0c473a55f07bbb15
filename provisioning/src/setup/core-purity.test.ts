import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBounded } from './run-bounded.mjs';
import { writeTree } from './testing/write-tree.ts';

const root = join(import.meta.dirname, '../../..');
const plugin = 'provisioning/src/setup/core-purity.grit';
const purity = new Set(['plugin', 'lint/style/noRestrictedGlobals']);

const impure = [
  'Date.now()',
  'Date()',
  'new Date()',
  'new Date',
  'new Date(Date.now())',
  '[Date].map((clock) => clock.now())[0] ?? Date.now',
  'Math.random()',
  "Math['random']()",
  'crypto.randomUUID()',
  'performance.now()',
  'process.env.HOME',
  'globalThis.Date.now()',
  'fetch',
  'setTimeout(String, 1)',
  'setInterval(String, 1)',
  'setImmediate(String)',
  'queueMicrotask(String)',
  'console.log(1)',
];
const aliases = ['const { now } = Date;\nexport default now;', 'const clock = Date;\nexport default clock;'];
const pure = [
  'new Date(1_700_000_000_000)',
  'new Date(Date.UTC(2026, 10, 23)).toISOString()',
  "Date.parse('2026-11-23T00:00:00Z')",
  'Math.floor(1.5)',
  '((setTimeout: (task: () => void) => number) => setTimeout(String))(() => 1)',
];

/** Runs the project's own Biome configuration over one file and returns the lines that break purity. */
async function findImpureLines(path: string, text: string): Promise<number[]> {
  const copied = Object.fromEntries(['biome.json', '.gitignore', plugin].map((name) => [name, read(name)]));
  const dir = writeTree({ ...copied, [path]: text });
  const biome = join(root, 'node_modules/.bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', path];
  const { output } = await runBounded(process.execPath, args, { deadlineMs: 120_000, cwd: dir });
  const { diagnostics } = JSON.parse(output.slice(output.indexOf('{"summary"'), output.lastIndexOf('}') + 1)) as {
    diagnostics: { category: string; location: { start: { line: number } } }[];
  };
  const lines = diagnostics.filter(({ category }) => purity.has(category)).map(({ location }) => location.start.line);
  return [...new Set(lines)].sort((a, b) => a - b);
}

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

const asModule = (expressions: readonly string[]): string =>
  expressions.map((expression, index) => `export const value${index} = ${expression};\n`).join('');
const everyLine = impure.map((_, index) => index + 1);

describe('the purity of the core', () => {
  it.each(['device/src/core/terminal/state.ts', 'cloud/src/core/verify.ts', 'shared/src/money.ts'])(
    'refuses clock, chance and I/O in %s',
    async (path) => {
      expect(await findImpureLines(path, asModule(impure))).toEqual(everyLine);
    },
  );

  it.each(aliases)('refuses the alias %j', async (text) => {
    expect(await findImpureLines('cloud/src/core/verify.ts', text)).toEqual([1]);
  });

  it('lets conversions and arguments pass', async () => {
    expect(await findImpureLines('cloud/src/core/verify.ts', asModule(pure))).toEqual([]);
  });

  it.each(['device/src/box.ts', 'device/src/core/state.test.ts', 'shared/src/system/clock.ts', 'cloud/src/main.ts'])(
    'does not concern %s',
    async (path) => {
      expect(await findImpureLines(path, asModule(impure))).toEqual([]);
    },
  );
});
