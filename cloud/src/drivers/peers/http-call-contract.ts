/** What every way of calling a peer must do alike; run by the suite beside it. */
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpCall, maxReplyBytes } from './http-call.ts';

/** A peer that answers in every way a peer can. */
function createPeer(): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.post('/echo', async (request) => ({ got: request.body, header: request.headers['x-peer'] ?? null }));
  app.get('/teapot', async (_request, reply) => reply.code(418).send({ short: 'and stout' }));
  app.get('/garbage', async (_request, reply) => reply.type('application/json').send('{"half":'));
  app.get('/html', async (_request, reply) => reply.code(502).type('text/html').send('<h1>Bad gateway</h1>'));
  app.get('/empty', async (_request, reply) => reply.code(204).send());
  app.get('/moved', async (_request, reply) => reply.redirect('/teapot', 307));
  app.get('/huge', async () => ({ text: 'x'.repeat(maxReplyBytes) }));
  app.get('/korean', async () => ({ text: '속초 밥상'.repeat(50_000) }));
  app.get('/never', () => new Promise(() => undefined));
  app.get('/broken', async (request, reply) => {
    reply.hijack();
    request.raw.destroy();
    reply.raw.destroy();
  });
  return app;
}

export function describeHttpCall(
  name: string,
  connect: (
    app: FastifyInstance,
    options: { deadlineMs: number; headers: Record<string, string> },
  ) => Promise<HttpCall>,
): void {
  describe(`${name} as HttpCall`, () => {
    const app = createPeer();
    let call: HttpCall;
    let hurriedCall: HttpCall;

    beforeAll(async () => {
      const headers = { 'x-peer': 'pg' };
      call = await connect(app, { deadlineMs: 15_000, headers });
      hurriedCall = await connect(app, { deadlineMs: 30, headers });
    });
    afterAll(() => app.close());

    it('sends JSON and its headers, and returns status and JSON', async () => {
      const body = { 금액: 12_300, list: [1, null] };
      const reply = await call({ method: 'POST', path: '/echo', body });
      expect(reply).toEqual({ status: 200, body: { got: body, header: 'pg' } });
    });

    it('posts without a body', async () => {
      expect(await call({ method: 'POST', path: '/echo' })).toMatchObject({ status: 200 });
    });

    it('leaves it to others what a status means', async () => {
      expect(await call({ method: 'GET', path: '/teapot' })).toEqual({ status: 418, body: { short: 'and stout' } });
    });

    it('puts together characters that arrive in pieces', async () => {
      const { body } = await call({ method: 'GET', path: '/korean' });
      expect(body).toEqual({ text: '속초 밥상'.repeat(50_000) });
    });

    it.each([
      ['half a reply', '/garbage'],
      ['a page of a proxy', '/html'],
      ['no reply at all', '/empty'],
      ['more than is read', '/huge'],
      ['a redirect, which it does not follow', '/moved'],
    ])('does not know the outcome after %s', async (_what, path) => {
      const failing = call({ method: 'GET', path });
      await expect(failing).rejects.toMatchObject({ code: 'upstream_unavailable' });
    });

    it('does not know the outcome when the connection breaks', async () => {
      const failing = call({ method: 'GET', path: '/broken' });
      await expect(failing).rejects.toMatchObject({ code: 'upstream_unavailable' });
    });

    it('waits no longer than its deadline', async () => {
      const failing = hurriedCall({ method: 'GET', path: '/never' });
      await expect(failing).rejects.toMatchObject({ code: 'upstream_unavailable' });
    });

    it('says nothing of what was sent when it fails', async () => {
      const error = await hurriedCall({ method: 'GET', path: '/never' }).catch((each: Error) => each);
      expect(String(error)).toContain('GET /never');
      const secret = await call({ method: 'POST', path: '/no-such-route', body: { cardNumber: '4111111111111111' } });
      expect(JSON.stringify(secret)).not.toContain('4111');
    });
  });
}
