import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpDownload, type HttpDownload } from './http-download.ts';

describe('createHttpDownload', () => {
  let app: FastifyInstance;
  let url: string;
  let download: HttpDownload;
  let written: number;
  let isOver: boolean;

  beforeEach(async () => {
    written = 0;
    isOver = false;
    app = Fastify({ forceCloseConnections: true });
    const endless = async function* (): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          written += 1;
          yield Buffer.alloc(64 * 1024);
        }
      } finally {
        isOver = true;
      }
    };
    app.get('/endless', (_request, reply) => reply.type('text/csv').send(Readable.from(endless())));
    app.get('/short', (_request, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', 'attachment')
        .send(Buffer.from([0, 255, 128, 10])),
    );
    app.get('/broken', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/csv' });
      reply.raw.write('half', () => reply.raw.destroy());
    });
    app.get('/gone', async (_request, reply) => reply.code(404).send({ code: 'not_found' }));
    app.get('/never', () => new Promise(() => undefined));
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    download = createHttpDownload({ baseUrl: () => url, deadlineMs: 30_000 });
  });
  afterEach(() => app.close());
  const open = async (path: string) => {
    const answer = await download(path);
    if (!('file' in answer)) throw new Error('refused');
    return answer.file;
  };

  it('gives the bytes and what they are', async () => {
    const { contentType, disposition, body } = await open('/short');
    expect([contentType, disposition]).toEqual(['application/pdf', 'attachment']);
    expect(Buffer.concat(await body.toArray())).toEqual(Buffer.from([0, 255, 128, 10]));
  });

  it('gives a refusal as it is', async () => {
    expect(await download('/gone')).toEqual({ refusal: { status: 404, body: { code: 'not_found' } } });
  });

  it('slows the source down to its reader, and ends with it', async () => {
    const { body } = await open('/endless');
    // Nobody reads: the source stops once what lies between is full, some megabytes of the system's buffers.
    let before = -1;
    await expect
      .poll(
        () => {
          const stands = written === before;
          before = written;
          return stands;
        },
        { interval: 200, timeout: 20_000 },
      )
      .toBe(true);
    expect(isOver).toBe(false);
    body.destroy();
    await expect.poll(() => isOver).toBe(true);
  });

  it('fails the stream when the connection breaks', async () => {
    const { body } = await open('/broken');
    await expect(body.toArray()).rejects.toThrow();
  });

  it('waits for the beginning no longer than its deadline', async () => {
    const hurried = createHttpDownload({ baseUrl: () => url, deadlineMs: 30 });
    await expect(hurried('/never')).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('says so when there is nowhere to ask', async () => {
    const nowhere = createHttpDownload({ baseUrl: () => '', deadlineMs: 1_000 });
    await expect(nowhere('/short')).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });
});
