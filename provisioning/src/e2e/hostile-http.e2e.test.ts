import { createRoleApp } from '@scanpay/cloud/roles/common/role-app.ts';
import { createCounterServer } from '@scanpay/device/drivers/counter/counter-server.ts';
import { createFakeBox, throwOnInternalError } from '@scanpay/device/drivers/counter/testing/fake-box.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { type ErrorBody, errorTable } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import { findDigits } from '../demo/find-bytes.ts';
import { cardNumber, fillPath, soundBodies, spoil, withCardNumber } from './hostile-bodies.ts';
import { createSealedRequests } from './hostile-peers.ts';
import { type Reply, sendBytes } from './hostile-request.ts';
import { readPaths, type Service, services } from './hostile-routes.ts';
import { type HostileWorld, startHostileWorld, sumBooks } from './hostile-world.ts';

let world: HostileWorld;
let coupon: Coupon;
let bases: Record<Service, string>;
let send: ReturnType<typeof createSealedRequests>['send'];
let sendJson: ReturnType<typeof createSealedRequests>['sendJson'];
let announce: ReturnType<typeof createSealedRequests>['announce'];
let pour: ReturnType<typeof createSealedRequests>['pour'];
let pathsOf: Awaited<ReturnType<typeof readPaths>>;

beforeAll(async () => {
  world = await startHostileWorld('hostile-http');
  bases = { ...world.urls, sandbox: world.sandboxUrl, counter: world.counterUrl };
  // Those of companies are signed: what a company that has turned hostile can do is tried out here, too.
  ({ send, sendJson, announce, pour } = createSealedRequests(world));
  pathsOf = await readPaths();
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  coupon = await world.travellers.getCoupon({ name: '정직한', mobile: '01090000009', offers });
});
afterAll(() => world?.end());

/** Every POST route of a service: its address, a path about nothing that exists, and a body right in form. */
const postRoutes = services.flatMap((service) =>
  Object.entries(soundBodies[service] ?? {}).map(([route, makeBody]) => ({ service, route, makeBody })),
);

const parseErrorBody = createParser(ErrorBodySchema);

/** A refusal in the one shape there is, with the status its code has, and without a card number. */
function readRefusal({ status, text }: Reply, about: string): ErrorBody {
  expect(text, about).not.toContain(cardNumber);
  expect(status, `${about}: ${text}`).toBeGreaterThanOrEqual(400);
  expect(status, `${about}: ${text}`).toBeLessThan(500);
  const body = parseErrorBody(JSON.parse(text));
  if (!body.ok) throw new Error(`${about}: ${body.detail}: ${text}`);
  expect(status, about).toBe(errorTable[body.value.code].http);
  return body.value as ErrorBody;
}

describe('every POST route, asked in every wrong way', () => {
  it('is known here', () => {
    for (const service of services) {
      const paths = pathsOf[service];
      const posts = Object.keys(paths).filter((path) => paths[path]?.post !== undefined);
      expect(Object.keys(soundBodies[service] ?? {}).sort(), service).toEqual(posts.sort());
      const others = Object.values(paths).flatMap((methods) => Object.keys(methods));
      expect(new Set(others.filter((method) => !['get', 'post'].includes(method))), service).toEqual(new Set());
    }
  });

  it.each(postRoutes)('refuses what is no JSON object: $service $route', async ({ service, route, makeBody }) => {
    const base = bases[service];
    const sound = JSON.stringify(makeBody?.() ?? {});
    const wrongTypes = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'nonsense',
    ];
    for (const type of wrongTypes) {
      const reply = await send(base, fillPath(route), { headers: { 'content-type': type }, body: sound });
      expect(readRefusal(reply, type).code, type).toBe('invalid_input');
    }
    const nested = '['.repeat(7_000) + ']'.repeat(7_000);
    const broken = ['', '{', sound.slice(0, -1), `${sound}}`, '{"a":1,}', "{'a':1}", '\u0000', '{"__proto__":{"a":1}}'];
    for (const body of broken) readRefusal(await sendJson(base, fillPath(route), body), body);
    if (makeBody === null) return;
    const wrong = ['null', '[]', '7', '"text"', '{}', nested, `{"name":${nested}}`, '{"constructor":{"prototype":1}}'];
    for (const body of wrong) readRefusal(await sendJson(base, fillPath(route), body), body.slice(0, 40));
    readRefusal(
      await sendJson(base, fillPath(route), Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(sound)])),
      'BOM',
    );
    readRefusal(await send(base, fillPath(route)), 'no body');
  });

  it.each(postRoutes)(
    'refuses each spoilt value, or lives with it: $service $route',
    async ({ service, route, makeBody }) => {
      for (const spoilt of spoil(makeBody?.() ?? {})) {
        const text = JSON.stringify(spoilt);
        const reply = await sendJson(bases[service], fillPath(route), text);
        expect(reply.text).not.toContain(cardNumber);
        // Free text may say anything; what is taken is then about nothing that exists.
        if (reply.status !== 200) readRefusal(reply, text.slice(0, 300));
      }
      expect(await world.isUnhurt()).toBe(true);
    },
  );

  it.each(postRoutes)('refuses ten megabytes: $service $route', async ({ service, route }) => {
    const tenMegabytes = 10 * 1024 * 1024;
    expect(readRefusal(await announce(bases[service], fillPath(route), tenMegabytes), route).code).toBe('too_large');
    expect(await pour(bases[service], fillPath(route), tenMegabytes)).toBeLessThan(tenMegabytes);
  });

  it.each(postRoutes)('has no other method: $service $route', async ({ service, route, makeBody }) => {
    const body = JSON.stringify(makeBody?.() ?? {});
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (method.toLowerCase() in (pathsOf[service][route] ?? {})) continue;
      const headers = method === 'GET' ? {} : { 'content-type': 'application/json' };
      const what = method === 'GET' ? { method } : { method, headers, body };
      const { code } = readRefusal(await send(bases[service], fillPath(route), what), method);
      // A GET may meet another route, as one of its ids.
      expect(method === 'GET' ? ['not_found', 'invalid_input'] : ['not_found']).toContain(code);
    }
  });

  it.each(postRoutes)('knows no unknown id: $service $route', async ({ service, route }) => {
    for (const id of ['..', '%2e%2e%2f', cardNumber, "1'--", '%00', 'x'.repeat(90), 'x'.repeat(400), '%F0%9F%92%B3']) {
      const path = fillPath(route, () => id);
      if (path !== route) readRefusal(await sendJson(bases[service], path, '{}'), path);
    }
  });
});

describe('the services', () => {
  it.each(services)('read no id and no query that is none: %s', async (service) => {
    const wrong = ['..', '..%2f..%2fpasswd', cardNumber, "1'--", '%00', 'x'.repeat(400), '%F0%9F%92%B3', '2026-02-31x'];
    const gets = Object.keys(pathsOf[service]).filter((path) => pathsOf[service][path]?.get !== undefined);
    for (const path of gets) {
      const question = path.includes('{')
        ? (id: string) => fillPath(path, () => id)
        : (id: string) => `${path}?after=${id}`;
      for (const id of wrong) {
        const reply = await send(bases[service], question(id), { method: 'GET' });
        expect(reply.text).not.toContain(cardNumber);
        // A route without a query of its own ignores one.
        if (path.includes('{') || reply.status !== 200) readRefusal(reply, question(id).slice(0, 80));
      }
      // Of what nobody knows, a list may be empty.
      const reply = await send(bases[service], fillPath(path), { method: 'GET' });
      if (reply.status !== 200) readRefusal(reply, path);
    }
  });

  it.each(services)('serve no file but their own: %s', async (service) => {
    const up = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..;/', '....//', '.%00./'];
    const prefixes = [
      '/',
      '/shared/src/web/',
      '/fonts/noto-sans-kr/',
      '/fonts/noto-sans-kr/files/',
      '/phone/',
      '/customer/',
    ];
    const targets = ['etc/passwd', 'package.json', 'src/main.ts'];
    for (const prefix of prefixes) {
      for (const step of up) {
        for (const target of targets) {
          const path = `${prefix}${step.repeat(12)}${target}`;
          const reply = await send(bases[service], path, { method: 'GET' });
          readRefusal(reply, path);
        }
      }
    }
    const odd = [
      '//etc/passwd',
      '/%',
      '/%ff',
      '/%zz',
      '/v1/%00',
      `/${cardNumber}%zz`,
      `/v1/${'x'.repeat(4_000)}`,
      '/.env',
      '/%2e%2e',
    ];
    for (const path of odd) readRefusal(await send(bases[service], path, { method: 'GET' }), path.slice(0, 60));
  });

  it.each(services)('answer what is hardly HTTP, and go on: %s', async (service) => {
    const odd = [
      'PAY / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      `GET /${cardNumber} HTTP/1.1\r\nHost: x\r\nBad Header : ${cardNumber}\r\n\r\n`,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    ];
    for (const bytes of odd) {
      const text = await sendBytes(bases[service], bytes);
      const [head = '', body = ''] = text.split('\r\n\r\n');
      const status = Number(head.split(' ')[1]);
      readRefusal({ status, type: '', text: body }, bytes.slice(0, 60));
    }
    expect(await world.isUnhurt()).toBe(true);
  });

  it('bound how long a request may take to come in', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const role = createRoleApp({ title: 'test', log });
    const { app: counter } = createCounterServer({
      box: createFakeBox(),
      scheduler: systemScheduler,
      host: '127.0.0.1',
      port: 0,
      onInternalError: throwOnInternalError,
    });
    for (const { server } of [role, counter]) {
      expect(server.requestTimeout).toBeGreaterThan(0);
      expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
      expect(server.headersTimeout).toBeLessThanOrEqual(60_000);
      expect(server.timeout).toBeLessThanOrEqual(60_000);
    }
    await Promise.all([role.close(), counter.close()]);
  });
});

describe("the box's local API", () => {
  const counterRoutes = postRoutes.filter(({ service }) => service === 'counter');

  it.each(counterRoutes)('does nothing for another page: $route', async ({ route, makeBody }) => {
    const { host } = new URL(world.counterUrl);
    const body = JSON.stringify(makeBody?.() ?? {});
    const origins = [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      `https://${host}.evil.example`,
      'file://',
      ' ',
    ];
    for (const origin of origins) {
      const headers = { 'content-type': 'application/json', origin };
      const reply = await send(world.counterUrl, fillPath(route), { headers, body });
      expect(readRefusal(reply, origin).code).toBe('device_mismatch');
    }
  });

  it('tells and does nothing under a name that somebody else could have pointed at it', async () => {
    const port = new URL(world.counterUrl).port;
    for (const [method, path] of [
      ['GET', '/api/state'],
      ['GET', '/'],
      ['GET', '/api/events'],
      ['POST', '/api/abandon'],
    ] as const) {
      const headers = { host: `rebound.example:${port}`, origin: `http://rebound.example:${port}` };
      expect(readRefusal(await send(world.counterUrl, path, { method, headers }), path).code).toBe('device_mismatch');
    }
  });
});

describe('card numbers', () => {
  it('come back from no registration, whichever field they are in, and stay in no file', async () => {
    for (const spoilt of withCardNumber()) {
      const { text } = await sendJson(bases.pg, '/v1/registrations', JSON.stringify(spoilt));
      expect(text).not.toContain(cardNumber);
    }
    for (const path of [`/v1/registrations/${cardNumber}`, `/${cardNumber}`, `/v1/offers?card=${cardNumber}`]) {
      expect((await send(bases.pg, path, { method: 'GET' })).text).not.toContain(cardNumber);
    }
    expect(findDigits(world.dataDir, cardNumber)).toEqual([]);
  });

  it('leave everything as it was: a sale is made and the books balance', async () => {
    expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
    expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
    expect(await world.isUnhurt()).toBe(true);
  });
});
