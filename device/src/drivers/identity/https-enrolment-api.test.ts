import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import {
  createTestAuthority,
  isOpensslInstalled,
  type TestAuthority,
} from '@scanpay/shared/testing/test-certificates.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpsEnrolmentApi } from './https-enrolment-api.ts';

const body = {} as never;

async function listenTcp(greeting: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (greeting !== '') socket.end(greeting);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a server that is none', () => {
  it('is given up at the deadline, and leaves no timer behind', async () => {
    const scheduler = createVirtualScheduler();
    const api = createHttpsEnrolmentApi({ scheduler });
    const asked = api.enrol({ url: await listenTcp(''), ca: undefined }, body);
    expect(scheduler.pendingCount()).toBe(1);
    scheduler.advance(15_000);
    expect(await asked).toMatchObject({
      ok: false,
      code: 'upstream_unavailable',
      detail: expect.stringContaining('no answer in 15000 ms'),
    });
    await until(() => expect(scheduler.pendingCount()).toBe(0));
  });

  it('is no operator when it speaks no TLS, or when nobody listens', async () => {
    const api = createHttpsEnrolmentApi({ scheduler: systemScheduler });
    for (const url of [await listenTcp('220 smtp.example ESMTP\r\n'), 'https://127.0.0.1:9']) {
      expect(await api.readCa(url)).toMatchObject({ ok: false, code: 'upstream_unavailable' });
    }
  });
});

describe('a server with a certificate', () => {
  let authority: TestAuthority;
  beforeAll(() => {
    if (isOpensslInstalled()) authority = createTestAuthority();
  });
  afterAll(() => authority?.remove());
  beforeEach((ctx) => {
    if (!isOpensslInstalled()) ctx.skip('openssl is not installed');
  });

  async function answerWith(status: number, text: string) {
    const { cert, key } = authority.issue('operator', 'server');
    const server = createHttpsServer({ cert, key }, (_request, response) => response.writeHead(status).end(text));
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: [authority.ca] };
  }
  const api = createHttpsEnrolmentApi({ scheduler: systemScheduler });

  it.each([
    ['what is no JSON', 200, '<html>', 'upstream_unavailable'],
    ['what is no answer of ours', 200, '{"deviceId":"box-a"}', 'upstream_unavailable'],
    ['more than it should', 200, 'x'.repeat(100_000), 'upstream_unavailable'],
    ['a page of a gateway', 502, '<html>', 'upstream_unavailable'],
    ['a refusal', 410, '{"code":"claim_expired","message":{"ko":"가","en":"a"},"detail":"d"}', 'claim_expired'],
    [
      'a code nobody knows',
      400,
      '{"code":"nonsense","message":{"ko":"가","en":"a"},"detail":""}',
      'upstream_unavailable',
    ],
  ])('may answer %s', async (_what, status, text, code) => {
    expect(await api.enrol(await answerWith(status, text), body)).toMatchObject({ ok: false, code });
  });

  it('is not believed without its CA, but may be asked for it', async () => {
    const { url } = await answerWith(200, '{"caCertificates":["pem"]}');
    const untrusted = { ok: false, code: 'operator_untrusted' };
    expect(await api.enrol({ url, ca: undefined }, body)).toMatchObject(untrusted);
    expect(
      await api.renew({ url, ca: [authority.issue('x', 'client').cert] }, { key: '', certificate: '' }, body),
    ).toMatchObject({ ok: false });
    expect(await api.readCa(url)).toEqual({ ok: true, value: ['pem'] });
  });
});
