import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Text of each file by its path below the tree's root. */
export type Tree = Readonly<Record<string, string>>;

/** Writes the files into a new temporary folder, removed when the test ends, and returns that folder. */
export function writeTree(files: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'scanpay-tree-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
