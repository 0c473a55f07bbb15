import { fileURLToPath } from 'node:url';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { toErrorBody } from '@scanpay/shared/errors.ts';
import { type MetricsPage, mayScrape } from '@scanpay/shared/metrics/metrics-access.ts';
import type { CounterBox } from '../../ports/counter-box.ts';
import { addCounterRoutes } from './counter-routes.ts';
import { addEventStream } from './event-stream.ts';
import { createPageApp } from './page-app.ts';

const webRoot = fileURLToPath(new URL('./web/', import.meta.url));

/** The counter page and the local API behind it, served by the box itself (`page-app.ts` says to whom). */
export function createCounterServer(deps: {
  box: CounterBox;
  scheduler: Scheduler;
  host: string;
  port: number;
  /** For `/metrics`; left out: there is none. */
  metricsPage?: MetricsPage;
  /** Told of what no request should cause; its sender reads only `internal`. */
  onInternalError(error: Error): void;
}) {
  const app = createPageApp({ webRoot, onInternalError: deps.onInternalError });
  const closeStreams = addEventStream(app, deps.box, deps.scheduler);
  addCounterRoutes(app, deps.box);
  if (deps.metricsPage !== undefined) addMetrics(app, deps.metricsPage);
  return {
    app,
    /** The address it listens on, e.g. `http://127.0.0.1:8080`. */
    start: (): Promise<string> => app.listen({ host: deps.host, port: deps.port }),
    async stop(): Promise<void> {
      closeStreams();
      await app.close();
    },
  };
}

function addMetrics(app: ReturnType<typeof createPageApp>, page: MetricsPage): void {
  app.get('/metrics', async ({ socket, headers }, reply) => {
    const may = mayScrape(page.reach, { remoteAddress: socket.remoteAddress, headers });
    if (!may) return reply.code(404).send(toErrorBody('not_found'));
    return reply.type(page.contentType).send(await page.render());
  });
}
