import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a file in the place of another: after a power cut there is the old one or the new one, whole. */
export function replaceFile(path: string, text: string, modes: { fileMode: number; folderMode: number }): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: modes.folderMode });
  const fresh = `${path}.new`;
  // One left by a power cut could have another mode.
  rmSync(fresh, { force: true });
  const file = openSync(fresh, 'wx', modes.fileMode);
  try {
    // Whatever the process's mask is: another user may have to read it.
    fchmodSync(file, modes.fileMode);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  flushFolder(folder);
}

/** What was created, renamed or deleted in a folder is on the disk after this. */
export function flushFolder(folder: string): void {
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
