import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinks } from '../../drivers/links/testing/link-pair.ts';
import { createHttpCall } from '../../drivers/peers/fetch-call.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createInjectCall } from '../../drivers/peers/inject-call.ts';
import type { PeerLink } from '../../ports/peer-link.ts';
import { guardLinks } from './link-guard.ts';
import { createRoleApp, type RoleApp } from './role-app.ts';

const deadlineMs = 30_000;
let links: ReturnType<typeof createLinks>;
let app: RoleApp;
let warnings: object[];
let worked: number;
let url: string;

beforeEach(async () => {
  links = createLinks();
  warnings = [];
  worked = 0;
  const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields), error: () => undefined };
  app = createRoleApp({ title: 'PG', log });
  guardLinks(app, { link: links.pg.link, clock: links.scheduler, log });
  const config = { callers: ['operator'] } as const;
  const body = Type.Object({ amountWon: Type.Integer() });
  app.post('/v1/approvals', { config, schema: { body } }, async ({ body: { amountWon } }) => {
    worked += 1;
    return { amountWon };
  });
  app.post('/v1/card-deletions/:couponId', { config }, async () => {
    worked += 1;
    return { done: true };
  });
  app.get('/v1/approvals/:paymentId', { config }, async () => ({ found: true }));
  app.get('/v1/offers', async () => ({ offers: [] }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

const ways: [string, (link: PeerLink) => HttpCall][] = [
  ['over the network', (link) => createHttpCall({ baseUrl: url, deadlineMs, seal: { to: 'pg', link } })],
  ['in the process', (link) => createInjectCall(app, { deadlineMs, seal: { to: 'pg', link } })],
];

describe.each(ways)('a signed call %s', (_where, connect) => {
  it('is answered, with and without a body, and again', async () => {
    const call = connect(links.operator.link);
    const sale = { method: 'POST', path: '/v1/approvals', body: { amountWon: 12_300, note: '속초' } } as const;
    expect(await call(sale)).toEqual({ status: 200, body: { amountWon: 12_300 } });
    expect(await call(sale)).toMatchObject({ status: 200 });
    expect(await call({ method: 'POST', path: '/v1/card-deletions/c1' })).toEqual({
      status: 200,
      body: { done: true },
    });
    expect(await call({ method: 'GET', path: '/v1/approvals/p1?x=%ED%99%94' })).toMatchObject({ status: 200 });
    expect(worked).toBe(3);
  });

  it('is refused by a signed answer when it is wrong itself', async () => {
    const call = connect(links.operator.link);
    const wrong = await call({ method: 'POST', path: '/v1/approvals', body: { amountWon: 'all' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  it('has no known outcome when the caller is not let in: that is no answer of the company', async () => {
    const call = connect(links.card.link);
    const refused = call({ method: 'POST', path: '/v1/approvals', body: { amountWon: 1 } });
    await expect(refused).rejects.toMatchObject({
      code: 'upstream_unavailable',
      detail: expect.stringContaining('caller_not_allowed'),
    });
    expect(worked).toBe(0);
  });

  it('has no known outcome when somebody else answers', async () => {
    const answering = links.pg.section.signingKey;
    links.operator.changeKeys({ ...links.operator.section, peers: { pg: [{ ...answering, x: 'A'.repeat(43) }] } });
    const call = connect(links.operator.link);
    await expect(call({ method: 'GET', path: '/v1/approvals/p1' })).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
  });
});

describe('whoever is no company', () => {
  const post = async (headers: Record<string, string>, body: string, method = 'POST', path = '/v1/approvals') => {
    const reply = await fetch(`${url}${path}`, { method, headers, ...(method === 'POST' ? { body } : {}) });
    return { status: reply.status, body: (await reply.json()) as object, signed: reply.headers.has('signature') };
  };
  const json = { 'content-type': 'application/json' };
  const sale = '{"amountWon":1}';

  it('gets to no route that is a company’s, and is answered without a signature', async () => {
    const refused = await post(json, sale);
    expect(refused).toMatchObject({ status: 401, body: { code: 'signature_missing' }, signed: false });
    expect(await post(json, '', 'GET', '/v1/approvals/p1')).toMatchObject({ body: { code: 'signature_missing' } });
    expect((await fetch(`${url}/v1/approvals/p1`, { method: 'HEAD' })).status).toBe(401);
    expect(await post({}, '', 'GET', '/v1/offers')).toMatchObject({ status: 200, signed: false });
    expect(worked).toBe(0);
  });

  it('gets nowhere with what a company has said before, or with another body under it', async () => {
    const request = { method: 'POST', target: '/v1/approvals', headers: json, body: sale };
    const stolen = { ...json, ...(await links.operator.link.signRequest('pg', request)) };
    expect(await post(stolen, '{"amountWon":2}')).toMatchObject({ status: 401, body: { code: 'signature_invalid' } });
    const second = { ...json, ...(await links.operator.link.signRequest('pg', request)) };
    expect(await post(second, sale)).toMatchObject({ status: 200, signed: true });
    expect(await post(second, sale)).toMatchObject({ status: 401, body: { code: 'replayed' } });
    expect(worked).toBe(1);
  });

  it('fills no log', async () => {
    for (let index = 0; index < 50; index += 1) await post(json, sale);
    expect(warnings).toHaveLength(1);
    links.scheduler.advance(10_000);
    await post(json, sale);
    expect(warnings[1]).toMatchObject({ code: 'signature_missing', unlogged: 49, route: '/v1/approvals' });
  });
});
