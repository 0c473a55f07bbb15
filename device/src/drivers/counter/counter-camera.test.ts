import { accept, errorTable, refuse } from '@scanpay/shared/errors.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adviseLook } from '../../core/camera/advise-look.ts';
import { createCounterServer } from './counter-server.ts';
import { createFakeBox, type FakeBox, throwOnInternalError } from './testing/fake-box.ts';

describe('POST /api/camera/look', () => {
  let server: ReturnType<typeof createCounterServer>;
  let box: FakeBox;

  beforeEach(() => {
    box = createFakeBox();
    server = createCounterServer({
      box,
      scheduler: createVirtualScheduler(),
      host: '127.0.0.1',
      port: 0,
      onInternalError: throwOnInternalError,
    });
  });
  afterEach(() => server.stop());

  const look = () => server.app.inject({ method: 'POST', url: '/api/camera/look', headers: { host: 'localhost' } });

  it('answers with the picture and what is on it', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
    const seen = {
      widthPx: 1280,
      heightPx: 720,
      meanLuma: 90,
      hints: [{ ko: '가까이', en: 'closer' }],
      symbols: [{ format: 'QRCode', holds: 'coupon', modulePx: 3.25 }] as const,
    };
    box.setLook(accept({ jpeg, takenAtMs: 5, seen: { ...seen, symbols: [...seen.symbols] } }));
    const reply = await look();
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({ picture: '/9j/2Q==', takenAtMs: 5, seen });
    box.setLook(accept({ jpeg, takenAtMs: 6, seen: null }));
    expect((await look()).json()).toEqual({ picture: '/9j/2Q==', takenAtMs: 6, seen: null });
  });

  it.each([
    ['no code', []],
    ['a code that is small', [{ modulePx: 1 }]],
    ['a code that is unclear', [{ modulePx: null }]],
  ])('gives the advice there is for %s', async (_what, symbols) => {
    const hints = adviseLook({ meanLuma: 5, symbols });
    const seen = { widthPx: 1280, heightPx: 720, meanLuma: 5, hints, symbols: [] };
    box.setLook(accept({ jpeg: Uint8Array.of(0xff, 0xd8), takenAtMs: 5, seen }));
    const reply = await look();
    expect([reply.statusCode, reply.json()]).toEqual([200, expect.objectContaining({ seen })]);
  });

  it.each(['camera_missing', 'camera_program_missing', 'camera_silent', 'camera_failed', 'camera_busy'] as const)(
    'says %s in both languages',
    async (code) => {
      box.setLook(refuse(code, 'why'));
      const reply = await look();
      const { http, ko, en } = errorTable[code];
      expect(reply.statusCode).toBe(http);
      expect(reply.json()).toMatchObject({ code, message: { ko, en } });
    },
  );

  it('does not stop the scanning for a page of somewhere else, nor for one that only asks', async () => {
    const headers = { host: 'localhost', origin: 'https://evil.example' };
    expect((await server.app.inject({ method: 'POST', url: '/api/camera/look', headers })).statusCode).toBe(403);
    expect((await server.app.inject({ url: '/api/camera/look', headers: { host: 'localhost' } })).statusCode).toBe(404);
    expect(box.calls).toEqual([]);
  });
});
