import type { Static, TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { ScanPayError } from './errors.ts';
import { createParser } from './schema.ts';

/**
 * Fills in defaults and checks a configuration that was read from `source`.
 *
 * @throws ScanPayError `configuration` with the key at fault.
 */
export function checkConfig<S extends TSchema>(schema: S, data: unknown, source: string): Static<S> {
  const parsed = createParser(schema)(Default(schema, data));
  if (!parsed.ok) throw new ScanPayError('configuration', `${source}: ${parsed.detail}`);
  return parsed.value;
}
