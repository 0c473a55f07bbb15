import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FirstSlipMark } from '../../ports/first-slip-mark.ts';

/** An empty file beside the identity: lost in a power cut, the box is set up all the same, and sells. */
export function createFirstSlipFile(folder: string): FirstSlipMark {
  const path = join(folder, 'first-slip-due');
  return {
    isDue: () => existsSync(path),
    set() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, '', { mode: 0o600 });
    },
    clear: () => rmSync(path, { force: true }),
  };
}
