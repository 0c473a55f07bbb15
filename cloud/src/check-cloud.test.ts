import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createCloudCheck } from './check-cloud.ts';
import { askService } from './drivers/peers/ask-service.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nobody = '127.0.0.1:1';

describe('the health of the cloud', () => {
  it('is good while every service answers, even with a refusal', async () => {
    const check = createCloudCheck(
      [
        { name: 'pg', url: `http://${await serve(200)}/`, mustSucceed: true },
        { name: 'card', url: `http://${await serve(401)}/`, mustSucceed: true },
        { name: 'broker', url: `mqtt://${await serve(200)}`, mustSucceed: true },
      ],
      askService,
    );
    expect(await check()).toBeUndefined();
  });

  it('names the service that is silent, and the one whose books cannot be read', async () => {
    const check = createCloudCheck(
      [
        { name: 'pg', url: `http://${nobody}/`, mustSucceed: true },
        { name: 'operator', url: `http://${await serve(500)}/`, mustSucceed: true },
        { name: 'card', url: `http://${await serve(500)}/`, mustSucceed: false },
        { name: 'broker', url: `mqtts://${nobody}`, mustSucceed: true },
      ],
      askService,
    );
    expect(await check()).toBe('pg is silent, operator is failing, broker is silent');
  });
});
