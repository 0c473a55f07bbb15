import type { ServerResponse } from 'node:http';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { FastifyInstance } from 'fastify';
import type { CounterBox } from '../../ports/counter-box.ts';

/** Pages that watch at the same time, at most; the next one is refused and asks by polling. */
const maxWatchers = 16;
/** A quiet counter is told again this often: the page sees that the box is there, the box that the page is gone. */
const repeatMs = 5_000;

/** Server-sent events (HTML, "Server-sent events"): the whole view, at once, after every change, and now and then. */
export function addEventStream(app: FastifyInstance, box: CounterBox, scheduler: Scheduler): () => void {
  const watchers = new Set<ServerResponse>();
  const write = (response: ServerResponse): boolean => response.write(`data: ${JSON.stringify(box.view())}\n\n`);
  let cancelRepeat = noTimer;
  const writeAll = (): void => {
    cancelRepeat();
    cancelRepeat = scheduler.after(repeatMs, writeAll);
    for (const watcher of watchers) {
      // A page that does not read is let go rather than buffered for.
      if (!write(watcher) && watcher.writableLength > 256 * 1024) watcher.destroy();
    }
  };
  const stop = box.onChange(writeAll);
  app.addHook('onListen', async () => writeAll());
  app.get('/api/events', (request, reply) => {
    if (watchers.size >= maxWatchers) throw new ScanPayError('rate_limited', 'too many pages watch this box');
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    watchers.add(response);
    request.raw.on('close', () => watchers.delete(response));
    write(response);
  });
  return () => {
    stop();
    cancelRepeat();
    for (const watcher of watchers) watcher.end();
  };
}
