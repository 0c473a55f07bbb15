// Only for the type of `schema.hide`: metrics are no part of the API's description.
import type {} from '@fastify/swagger';
import { toErrorBody } from '@scanpay/shared/errors.ts';
import { latencyBuckets, type Metrics } from '@scanpay/shared/metrics/metrics.ts';
import { type MetricsPage, mayScrape } from '@scanpay/shared/metrics/metrics-access.ts';
import type { RoleApp } from './role-app.ts';

/** Replies that say what came of a payment say it in one of these words. */
const outcomes: ReadonlySet<string> = new Set(['approved', 'declined', 'processing', 'reversed', 'cancelled']);

/** Measures every call by its route, counts the outcomes that are answered, and serves `/metrics`. */
export function meterApp(app: RoleApp, { metrics, page }: { metrics: Metrics; page: MetricsPage }): void {
  const measure = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time to answer a call, by route',
    labels: ['method', 'route', 'status'],
    buckets: latencyBuckets,
  });
  const count = metrics.counter({
    name: 'outcomes_total',
    help: 'Outcomes of payments as they were answered, by route',
    labels: ['route', 'outcome'],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const labels = { method, route: routeOptions.url ?? 'none', status: String(reply.statusCode) };
    measure(labels, reply.elapsedTime / 1_000);
  });
  app.addHook('preSerialization', async ({ routeOptions }, _reply, payload) => {
    const outcome = readOutcome(payload);
    if (outcome !== undefined) count({ route: routeOptions.url ?? 'none', outcome });
    return payload;
  });
  app.get('/metrics', { config: { access: 'open' }, schema: { hide: true } }, async ({ socket, headers }, reply) => {
    const may = mayScrape(page.reach, { remoteAddress: socket.remoteAddress, headers });
    if (!may) return reply.code(404).send(toErrorBody('not_found'));
    return reply.type(page.contentType).send(await page.render());
  });
}

function readOutcome(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('outcome' in payload)) return undefined;
  const { outcome } = payload;
  return typeof outcome === 'string' && outcomes.has(outcome) ? outcome : undefined;
}
