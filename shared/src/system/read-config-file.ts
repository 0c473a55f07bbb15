import { readFileSync } from 'node:fs';
import type { Static, TSchema } from 'typebox';
import { checkConfig } from '../config.ts';
import { ScanPayError } from '../errors.ts';

/**
 * Reads a JSON configuration file once: fills in defaults, checks it, and names the first bad key.
 *
 * @throws ScanPayError `configuration` with the file and the key at fault.
 */
export function readConfigFile<S extends TSchema>(schema: S, path: string): Static<S> {
  return checkConfig(schema, readJsonFile(path), path);
}

/** @throws ScanPayError `configuration` when it cannot be read, or is not JSON. */
export function readJsonFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} cannot be read`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} is not JSON`, { cause });
  }
}
