import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeTree } from '../setup/testing/write-tree.ts';
import { stripTypes } from './strip-types.ts';

const source = `import { a, type B } from './a.ts';
import { c } from '@scanpay/shared/c.ts';
const worker = new URL('./worker.ts', import.meta.url);
const child = join(import.meta.dirname, 'child.ts');
const other: string = 'not a source.ts';
const lazy = async (): Promise<B> => (await import('./a.ts')).a as B;
export { lazy, c, worker, child, other, join };
`;

it('takes the types off and names the stripped files, and leaves every line and column where it was', () => {
  const root = writeTree({ 'a.ts': '', 'worker.ts': '', 'child.ts': '', 'main.ts': source });
  const stripped = stripTypes(join(root, 'main.ts'), source);
  expect(stripped).toContain("from './a.js'");
  expect(stripped).toContain("from '@scanpay/shared/c.js'");
  expect(stripped).toContain("new URL('./worker.js', import.meta.url)");
  expect(stripped).toContain("'child.js')");
  expect(stripped).toContain("'not a source.ts'");
  expect(stripped).toContain("import('./a.js')");
  expect(stripped.split('\n').map((line) => line.length)).toEqual(source.split('\n').map((line) => line.length));
  expect(stripped.indexOf('lazy =')).toBe(source.indexOf('lazy ='));
});

it('gives what Node runs', async () => {
  const root = writeTree({ 'package.json': '{"type":"module"}' });
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/half.ts'), '');
  const half = 'export const half = (won: number): number => won / 2;';
  const main = "import { half } from './half.ts';\nexport const answer: number = half(84);";
  writeFileSync(join(root, 'src/half.js'), stripTypes(join(root, 'src/half.ts'), half));
  writeFileSync(join(root, 'src/main.js'), stripTypes(join(root, 'src/main.ts'), main));
  expect(await import(join(root, 'src/main.js'))).toMatchObject({ answer: 42 });
});
