import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Overwrites every file of the identity and removes it. A memory card may keep old blocks where nobody can write them:
 * what counts is that the operator has revoked the keys.
 */
export function destroyIdentity(folder: string, randomBytes: (length: number) => Uint8Array): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  for (const name of names) {
    const path = join(folder, name);
    const file = openSync(path, 'r+');
    try {
      writeSync(file, randomBytes(statSync(path).size));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rmSync(path);
  }
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return names;
}
