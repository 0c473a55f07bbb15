import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';

/**
 * Makes a reader of JSON files of one schema; undefined when there is no file.
 * @throws ScanPayError `configuration` when it cannot be read.
 */
export function createJsonFileReader<S extends TSchema>(schema: S) {
  const parse = createParser(schema);
  return (path: string) => {
    const text = readIfThere(path);
    if (text === undefined) return undefined;
    const parsed = parse(parseJson(text, path));
    if (!parsed.ok) throw new ScanPayError('configuration', `${path}: ${parsed.detail}`);
    return parsed.value;
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ScanPayError('configuration', `${path} cannot be read`, { cause });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} is not JSON`, { cause });
  }
}

/**
 * Replaces the file by renaming one that is on the disk already: whole or not at all, also when the power fails. File and
 * folder are for their owner only. @throws the system's error when the disk does not take it.
 */
export function replaceJsonFile(path: string, content: object): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  // One left by a power cut could have another mode.
  rmSync(fresh, { force: true });
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, JSON.stringify(content));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
