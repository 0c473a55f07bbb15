import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '../../../..');
const isShipped = (path: string): boolean =>
  !/\.test\.ts$|\/testing(\/|$)|\/docs(\/|$)|\/node_modules(\/|$)/.test(path);

/** A change of one file of a release, as of somebody who made a mistake; `before` must be there once. */
export interface Mistake {
  file: string;
  before: string;
  after: string;
}

/**
 * A release of this checkout as the package lays it out, but for what is the same in all of them: Node is this process's,
 * and packages are found where the bench put them, beside `releases`.
 */
export function layOutRelease(folder: string, version: string, mistake?: Mistake): void {
  for (const part of ['device', 'shared']) {
    cpSync(join(checkout, part), join(folder, part), { recursive: true, filter: isShipped });
  }
  mkdirSync(join(folder, 'node_modules/@scanpay'), { recursive: true });
  symlinkSync('../../shared', join(folder, 'node_modules/@scanpay/shared'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
  chmodSync(join(folder, 'bin/node'), 0o755);
  writeFileSync(join(folder, 'release.json'), JSON.stringify({ version }));
  if (mistake === undefined) return;
  const path = join(folder, mistake.file);
  const [head, tail, ...more] = readFileSync(path, 'utf8').split(mistake.before);
  if (head === undefined || tail === undefined || more.length > 0) throw new Error(`${mistake.file}: not there once`);
  writeFileSync(path, `${head}${mistake.after}${tail}`);
}

/** The packages of this checkout, for every release below. */
export const shareModules = (root: string): void =>
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
