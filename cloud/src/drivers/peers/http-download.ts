import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { describeFailure, readBounded } from './fetch-call.ts';
import { type HttpReply, parseReply, unknownOutcome } from './http-call.ts';

export interface DownloadedFile {
  contentType: string;
  /** `Content-Disposition`; null: none. */
  disposition: string | null;
  /** Comes no faster than it is read; destroying it ends the call. */
  body: Readable;
}

/**
 * Fetches a file of another company as a stream, or its refusal (any status but 200) as JSON.
 * @throws ScanPayError `upstream_unavailable` when it does not answer. A connection that breaks later fails the stream.
 */
export type HttpDownload = (path: string) => Promise<{ file: DownloadedFile } | { refusal: HttpReply }>;

/**
 * `baseUrl` is asked for at each call, e.g. `http://127.0.0.1:8082`. `deadlineMs`: until the file begins; between two
 * pieces of it the client waits five minutes at most, as `fetch` does by itself.
 */
export function createHttpDownload(options: { baseUrl: () => string; deadlineMs: number }): HttpDownload {
  return async (path) => {
    const request = { method: 'GET', path } as const;
    const given = new AbortController();
    const timer = setTimeout(
      () => given.abort(new Error(`no reply within ${options.deadlineMs} ms`)),
      options.deadlineMs,
    );
    let reply: Response;
    try {
      reply = await fetch(new URL(path, options.baseUrl()), { redirect: 'error', signal: given.signal });
    } catch (error) {
      throw unknownOutcome(request, describeFailure(error), error);
    } finally {
      clearTimeout(timer);
    }
    if (reply.status !== 200) return { refusal: parseReply(request, reply.status, await readBounded(reply)) };
    if (reply.body === null) throw unknownOutcome(request, 'an empty reply');
    return {
      file: {
        contentType: reply.headers.get('content-type') ?? 'application/octet-stream',
        disposition: reply.headers.get('content-disposition'),
        body: Readable.fromWeb(reply.body as ReadableStream),
      },
    };
  };
}
