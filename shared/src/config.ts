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
  if (parsed.ok) return parsed.value;
  throw new ScanPayError('configuration', `${source}: ${findFaultOfKind(schema, data, '') ?? parsed.detail}`);
}

/** As much of a schema as is walked through here. */
interface SchemaShape {
  anyOf?: readonly (TSchema & SchemaShape)[];
  properties?: Readonly<Record<string, TSchema & SchemaShape>>;
  items?: TSchema & SchemaShape;
  const?: unknown;
}

/**
 * What is wrong in a section that comes in several kinds, by the rules of its own kind: the validator names what the
 * other kinds would want. Undefined when there is nothing wrong with such a section.
 */
function findFaultOfKind(schema: TSchema & SchemaShape, data: unknown, pointer: string): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const kinds = schema.anyOf?.map((variant) => variant.properties?.kind?.const);
  if (kinds?.every((kind) => typeof kind === 'string') === true) {
    const variant = schema.anyOf?.[kinds.indexOf('kind' in data ? String(data.kind) : '')];
    if (variant === undefined) return `${pointer}/kind: must be one of ${kinds.join(', ')}`;
    const parsed = createParser(variant)(Default(variant, data));
    return parsed.ok ? undefined : pointer + parsed.detail.replace(/^\/:/u, ':');
  }
  for (const [key, value] of Object.entries(data)) {
    const child = Array.isArray(data) ? schema.items : schema.properties?.[key];
    const fault = child && findFaultOfKind(child, value, `${pointer}/${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
