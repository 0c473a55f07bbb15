import { readFileSync } from 'node:fs';
import type { Static, TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { ScanPayError } from './errors.ts';
import { createParser } from './schema.ts';

/**
 * Reads a JSON configuration file once: fills in defaults, checks it, and names the first bad key.
 *
 * @throws ScanPayError `configuration` with the file and the key at fault.
 */
export function readConfigFile<S extends TSchema>(schema: S, path: string): Static<S> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} cannot be read`, { cause });
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} is not JSON`, { cause });
  }
  return checkConfig(schema, data, path);
}

/** @throws ScanPayError `configuration` with the key at fault. */
export function checkConfig<S extends TSchema>(schema: S, data: unknown, source: string): Static<S> {
  const parsed = createParser(schema)(Default(schema, data));
  if (!parsed.ok) throw new ScanPayError('configuration', `${source}: ${parsed.detail}`);
  return parsed.value;
}
