import { createServer } from 'node:net';
import { expect, it } from 'vitest';
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
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  const call = createHttpCall({ baseUrl: `http://127.0.0.1:${port}`, deadlineMs: 15_000 });
  await expect(call({ method: 'GET', path: '/' })).rejects.toMatchObject({ code: 'upstream_unavailable' });
});
