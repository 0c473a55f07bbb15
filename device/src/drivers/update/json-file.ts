import { readFileSync } from 'node:fs';
import { createParser } from '@scanpay/shared/schema.ts';
import type { Static, TSchema } from 'typebox';

/** Reads a file that the other process replaces whole; undefined: it is not there, or not what it should be. */
export function createJsonReader<S extends TSchema>(path: string, schema: S): () => Static<S> | undefined {
  const parse = createParser(schema);
  return () => {
    try {
      const parsed = parse(JSON.parse(readFileSync(path, 'utf8')));
      return parsed.ok ? parsed.value : undefined;
    } catch {
      return undefined;
    }
  };
}
