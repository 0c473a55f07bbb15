import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { BoxHealth } from '../../ports/update.ts';

/** Whoever is in the box's group may ask: the updater. It is no port that anything else on the network reaches. */
const socketMode = 0o660;

/** What the box lets its updater know and do. */
export interface UpdateDoor {
  health(): BoxHealth;
  /** False: something is open, or on the counter. */
  close(): Promise<boolean>;
  /** The counter goes on. */
  reopen(): Promise<void>;
}

/** HTTP on a Unix socket: `GET /health`, `POST /close` (200 or 409), `POST /reopen`. */
export function createBoxSocket({ path, door }: { path: string; door: UpdateDoor }) {
  const answer = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer({ requestTimeout: 5_000, connectionsCheckingInterval: 5_000 }, (request, response) => {
    const serve = async (): Promise<void> => {
      switch (`${request.method} ${request.url}`) {
        case 'GET /health':
          return answer(response, 200, door.health());
        case 'POST /close':
          return (await door.close()) ? answer(response, 200, {}) : answer(response, 409, {});
        case 'POST /reopen':
          await door.reopen();
          return answer(response, 200, {});
        default:
          return answer(response, 404, {});
      }
    };
    request.resume();
    serve().catch(() => response.destroy());
  });
  server.maxConnections = 16;
  return {
    /** @throws ScanPayError `configuration` when nobody can be let in there. */
    start(): Promise<void> {
      // A box that was killed leaves its socket behind, and nobody can listen on it again.
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
      rmSync(path, { force: true });
      return new Promise((resolve, reject) => {
        server.once('error', (cause) => reject(new ScanPayError('configuration', `no socket at ${path}`, { cause })));
        server.listen(path, () => {
          chmodSync(path, socketMode);
          resolve();
        });
      });
    },
    stop(): Promise<void> {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
