import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { ReleaseSource } from '../../ports/update.ts';

export interface HttpReleaseSourceOptions {
  scheduler: Scheduler;
  /** Silence that ends a try, and the longest a try may take. */
  idleMs?: number;
  tryMs?: number;
}

/** HTTPS, or HTTP where the operator is known by token (loopback): what comes is held against the signed hash. */
export function createHttpReleaseSource(options: HttpReleaseSourceOptions): ReleaseSource {
  const { scheduler, idleMs = 30_000, tryMs = 30 * 60_000 } = options;
  return {
    download({ url, caCertificates, from, bytes }, take) {
      if (from >= bytes) return Promise.resolve(accept(undefined));
      const target = URL.parse(url);
      if (target === null) return Promise.resolve(refuse('release_download_failed', 'no address'));
      const { promise, resolve, reject } = Promise.withResolvers<Result<void>>();
      const fail = (detail: string): void => resolve(refuse('release_download_failed', detail.slice(0, 200)));
      const headers = from === 0 ? {} : { range: `bytes=${from}-` };
      const ca = caCertificates.length === 0 ? {} : { ca: [...caCertificates], minVersion: 'TLSv1.3' as const };
      const request = target.protocol === 'https:' ? requestHttps : requestHttp;
      let left = bytes - from;
      const sent = request(target, { ...ca, headers, agent: false }, (response) => {
        const isWanted = response.statusCode === (from === 0 ? 200 : 206) && startsAt(response.headers, from);
        if (!isWanted) {
          sent.destroy(new Error(`HTTP ${response.statusCode} ${response.headers['content-range'] ?? ''}`));
          return;
        }
        response.on('data', (chunk: Buffer) => {
          noteLife();
          const taken = chunk.subarray(0, left);
          left -= taken.length;
          try {
            take(taken);
          } catch (error) {
            reject(error); // The disk's fault, not the server's.
            sent.destroy();
            return;
          }
          if (left === 0) {
            resolve(accept(undefined));
            sent.destroy();
          }
        });
        response.on('error', ({ message }) => fail(message));
      });
      let cancelIdle: () => void = noTimer;
      const noteLife = (): void => {
        cancelIdle();
        cancelIdle = scheduler.after(idleMs, () => sent.destroy(new Error(`silent for ${idleMs} ms`)));
      };
      const cancelTry = scheduler.after(tryMs, () => sent.destroy(new Error(`not over in ${tryMs} ms`)));
      noteLife();
      sent.on('error', ({ message }) => fail(message));
      sent.on('close', () => {
        cancelIdle();
        cancelTry();
        fail(`${left} bytes are missing`);
      });
      sent.end();
      return promise;
    },
  };
}

function startsAt(headers: { 'content-range'?: string | undefined }, from: number): boolean {
  return from === 0 || headers['content-range']?.startsWith(`bytes ${from}-`) === true;
}
