import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowedImports, forbiddenImports, treeSurroundings } from './testing/import-cases.ts';
import { type Tree, writeTree } from './testing/write-tree.ts';

const root = join(import.meta.dirname, '../../..');
const workspaces = ['shared', 'device', 'cloud', 'provisioning'];
let options: ICruiseOptions;

beforeAll(async () => {
  options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'));
});

/** The names of the rules broken below a folder, and by which import. */
async function findBroken(baseDir: string): Promise<string[]> {
  const { output } = await cruise(workspaces, { ...options, baseDir });
  const { violations } = (output as ICruiseResult).summary;
  return violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

function writeWorkspaces(files: Tree): string {
  const dir = writeTree({ ...treeSurroundings, ...files });
  mkdirSync(join(dir, 'node_modules/@scanpay'));
  for (const name of workspaces) symlinkSync(`../../${name}`, join(dir, 'node_modules/@scanpay', name));
  return dir;
}

describe('the direction of imports', () => {
  it.each(forbiddenImports)('$rule: $what', async ({ rule, files }) => {
    const broken = await findBroken(writeWorkspaces(files));
    expect(new Set(broken.map((line) => line.split(':')[0]))).toEqual(new Set([rule]));
  });

  it('lets the intended imports pass', async () => {
    expect(await findBroken(writeWorkspaces(allowedImports))).toEqual([]);
  });

  it('is shown to be kept for every rule there is', () => {
    const rules = options.ruleSet?.forbidden?.map(({ name }) => name);
    expect(new Set(forbiddenImports.map(({ rule }) => rule))).toEqual(new Set(rules));
  });

  it('is kept by the present tree', async () => {
    expect(await findBroken(root)).toEqual([]);
  });
});
