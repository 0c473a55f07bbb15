import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHttpCall } from './fetch-call.ts';
import { describeHttpCall } from './http-call-contract.ts';
import { createInjectCall } from './inject-call.ts';

describeHttpCall('createHttpCall', async (app, options) => {
  const address = app.server.address();
  const baseUrl =
    typeof address === 'object' && address !== null
      ? `http://127.0.0.1:${address.port}`
      : await app.listen({ host: '127.0.0.1', port: 0 });
  return createHttpCall({ baseUrl, ...options });
});

describeHttpCall('createInjectCall', async (app, options) => createInjectCall(app, options));

it('does not know the outcome where nobody listens', async () => {
  // The port of the other end of a connection: as long as that is open nobody else can come to listen there.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const held = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  await once(held, 'connect');
  onTestFinished(async () => {
    held.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const call = createHttpCall({ baseUrl: `http://127.0.0.1:${held.localPort}`, deadlineMs: 15_000 });
  await expect(call({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'upstream_unavailable' });
});
