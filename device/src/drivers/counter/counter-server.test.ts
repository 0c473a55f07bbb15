import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCounterServer } from './counter-server.ts';
import { createFakeBox, throwOnInternalError } from './testing/fake-box.ts';

describe('the counter server', () => {
  let server: ReturnType<typeof createCounterServer>;
  let box: ReturnType<typeof createFakeBox>;

  beforeEach(() => {
    box = createFakeBox();
    server = createCounterServer({
      box,
      scheduler: systemScheduler,
      host: '127.0.0.1',
      port: 0,
      onInternalError: throwOnInternalError,
    });
  });
  afterEach(() => server.stop());

  it('tells its keeper what went wrong inside, and the page only that it did', async () => {
    const told: string[] = [];
    const onInternalError = ({ message }: Error): void => void told.push(message);
    const failing = createCounterServer({
      box,
      scheduler: systemScheduler,
      host: '127.0.0.1',
      port: 0,
      onInternalError,
    });
    box.show({ printerAdvice: { ko: '', en: '' } });
    const answer = await failing.app.inject({ url: '/api/state', headers: { host: 'localhost' } });
    await failing.stop();
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal', detail: '' });
    expect(told).toEqual([expect.stringContaining('printerAdvice')]);
  });

  const abandon = async (headers: Record<string, string>): Promise<number> =>
    (await server.app.inject({ method: 'POST', url: '/api/abandon', headers })).statusCode;

  it.each(['127.0.0.1:8080', '[::1]:8080', 'localhost', 'counter', 'box-1.local:8080', 'box.lan', 'box.home.arpa'])(
    'answers under the local name %s',
    async (host) => {
      expect(await abandon({ host, origin: `http://${host}` })).toBe(200);
      expect(box.calls).toMatchObject([{ what: 'abandon' }]);
    },
  );

  it.each(['rebound.example', 'box.local.example:8080', '127.0.0.1.nip.io', 'local.', ' ', 'a b'])(
    'does nothing under the public name %j',
    async (host) => {
      expect(await abandon({ host, origin: `http://${host}` })).toBe(403);
      expect((await server.app.inject({ url: '/api/state', headers: { host } })).statusCode).toBe(403);
      expect(box.calls).toEqual([]);
    },
  );

  it('does nothing for a page of another origin, or of none', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://']) {
      expect(await abandon({ host: '127.0.0.1:8080', origin })).toBe(403);
    }
    expect(box.calls).toEqual([]);
  });
});
