import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlantedFault } from './planted-fault.ts';

/** The product's sources once more, in a temporary folder, to be made wrong there. */
export interface SourceCopy {
  root: string;
  /** @throws RangeError when the line to be changed is not there, or more than once. */
  plant(fault: PlantedFault): void;
  /** The file as it was. */
  restore(fault: PlantedFault): void;
  remove(): void;
}

const workspaces = ['shared', 'device', 'cloud', 'provisioning'];

export function copySources(root: string): SourceCopy {
  const copy = mkdtempSync(join(tmpdir(), 'scanpay-planted-'));
  for (const file of ['package.json', 'vitest.config.ts']) cpSync(join(root, file), join(copy, file));
  for (const workspace of workspaces) {
    cpSync(join(root, workspace, 'package.json'), join(copy, workspace, 'package.json'));
    cpSync(join(root, workspace, 'src'), join(copy, workspace, 'src'), { recursive: true });
  }
  linkPackages(root, copy);
  return {
    root: copy,
    plant({ name, file, before, after }) {
      const text = readFileSync(join(root, file), 'utf8');
      if (text.split(before).length !== 2) throw new RangeError(`${name}: ${file} has changed, plant it anew`);
      writeFileSync(
        join(copy, file),
        text.replace(before, () => after),
      );
    },
    restore: ({ file }) => cpSync(join(root, file), join(copy, file)),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** Packages as they are; the workspaces among them are those of the copy. */
function linkPackages(root: string, copy: string): void {
  mkdirSync(join(copy, 'node_modules/@scanpay'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@scanpay') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const workspace of workspaces)
    symlinkSync(join(copy, workspace), join(copy, 'node_modules/@scanpay', workspace));
}
