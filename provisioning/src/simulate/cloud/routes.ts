import type { RoleApp } from '@scanpay/cloud/roles/common/role-app.ts';
import { type Result, ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';
import type { WireCall } from '../engine/wire-call.ts';
import { collectHooks, passHooks } from './hooks.ts';

type Parse = (data: unknown) => Result<unknown>;

interface Route {
  segments: string[];
  url: string;
  config: object;
  parseBody: Parse | null;
  parseParams: Parse | null;
  handler(request: { body: unknown; params: Record<string, string> }): Promise<unknown>;
}

/** Compiling a schema takes milliseconds, and a role that starts again brings the same ones. */
const parsers = new Map<string, Parse>();

function parserOf(schema: unknown): Parse | null {
  if (schema === undefined) return null;
  const key = JSON.stringify(schema);
  const known = parsers.get(key);
  if (known !== undefined) return known;
  const made = createParser(schema as TSchema);
  parsers.set(key, made);
  return made;
}

const nowhere = { url: '*', config: {} };

/**
 * A company's HTTP API without HTTP: its own routes, guard, schemas, handlers and errors, and every body through JSON, but
 * none of Fastify's streams, which take turns of the event loop that a seed cannot repeat. Call it before the app is
 * ready.
 */
export async function openRoutes(app: RoleApp, guard: (app: RoleApp) => void): Promise<WireCall> {
  const routes = new Map<string, Route[]>();
  app.addHook('onRoute', (route) => {
    const { schema, url, config = {} } = route;
    const entry: Route = {
      ...{ url, config, segments: url.split('/') },
      parseBody: parserOf(schema?.body),
      parseParams: parserOf(schema?.params),
      handler: route.handler as unknown as Route['handler'],
    };
    for (const method of [route.method].flat()) routes.set(method, [...(routes.get(method) ?? []), entry]);
    // Checked here, so that Fastify need not compile them too.
    delete route.schema;
  });
  await app.ready();
  const hooks = collectHooks(guard);
  return (request) => {
    const segments = request.path.split('/');
    const route = routes.get(request.method)?.find((each) => fits(each.segments, segments));
    return passHooks(hooks, request, route ?? nowhere, async (text) => {
      if (route === undefined) throw new ScanPayError('not_found');
      const params = Object.fromEntries(
        route.segments.flatMap((name, at) => (name.startsWith(':') ? [[name.slice(1), segments[at] ?? '']] : [])),
      );
      const body = text === '' ? undefined : (JSON.parse(text) as unknown);
      check(route.parseParams, params);
      check(route.parseBody, body);
      return route.handler({ body, params });
    });
  };
}

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length && pattern.every((name, at) => name.startsWith(':') || name === segments[at]);

function check(parse: Parse | null, data: unknown): void {
  const parsed = parse?.(data);
  if (parsed?.ok === false) throw new ScanPayError(parsed.code, parsed.detail);
}
