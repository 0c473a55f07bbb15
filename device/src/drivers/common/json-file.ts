import { readFileSync } from 'node:fs';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';
import { replaceFile } from './replace-file.ts';

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
 * Replaces the file as `replaceFile` does; file and folder are for their owner only.
 * @throws the system's error when the disk does not take it.
 */
export const replaceJsonFile = (path: string, content: object): void =>
  replaceFile(path, JSON.stringify(content), { fileMode: 0o600, folderMode: 0o700 });
