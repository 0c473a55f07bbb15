import { createHash, type Hash } from 'node:crypto';
import type { Clock } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError } from '@scanpay/shared/errors.ts';
import type { FastifyRequest } from 'fastify';
import { formatDigest } from '../../ports/content-digest.ts';
import type { Company } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { LinkHeaders, LinkRequest, PeerLink } from '../../ports/peer-link.ts';
import type { RoleApp } from './role-app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is for these companies alone: only what one of them signed gets to it, and its answer is signed. */
    callers?: readonly Company[];
  }
}

/** Refusals with one code are logged once in so long, with the number of those since. */
const logEveryMs = 10_000;

interface Asked {
  request: LinkRequest;
  /** Of the body, as far as it has come in. */
  hash: Hash;
}

/**
 * Lets only the companies named by a route get to it, and signs what they are answered. A refusal is not signed: nobody
 * has shown whom it is for, and a caller takes it for no answer.
 */
export function guardLinks(app: RoleApp, deps: { link: PeerLink; clock: Clock; log: Log }): void {
  const { link } = deps;
  const admitted = new WeakMap<FastifyRequest, Asked>();
  const note = createRefusalLog(deps);
  const refuseCall = (request: FastifyRequest, code: ErrorCode, detail: string): ScanPayError => {
    note(code, { detail, route: request.routeOptions.url, address: request.ip });
    return new ScanPayError(code, detail);
  };

  app.addHook('onRequest', async (request) => {
    const { callers } = request.routeOptions.config;
    if (callers === undefined) return;
    const asked = readRequest(request);
    const caller = await link.checkRequest(asked, callers);
    if (!caller.ok) throw refuseCall(request, caller.code, caller.detail);
    admitted.set(request, { request: asked, hash: createHash('sha256') });
  });
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const asked = admitted.get(request);
    if (asked !== undefined) payload.on('data', (chunk: Buffer) => asked.hash.update(chunk));
    done(null, payload);
  });
  app.addHook('preValidation', async (request) => {
    const asked = admitted.get(request);
    if (asked === undefined || formatDigest(asked.hash) === asked.request.headers['content-digest']) return;
    admitted.delete(request);
    throw refuseCall(request, 'signature_invalid', 'content-digest');
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const asked = admitted.get(request);
    if (asked === undefined) return payload;
    const body = typeof payload === 'string' || payload instanceof Uint8Array ? payload : '';
    const headers = readHeaders({ 'content-type': reply.getHeader('content-type') });
    reply.headers(await link.signAnswer(asked.request, { status: reply.statusCode, headers, body }));
    return payload;
  });
}

/** Whoever is refused may ask again as fast as he can. */
function createRefusalLog({ clock, log }: { clock: Clock; log: Log }) {
  const logged = new Map<ErrorCode, { atMs: number; since: number }>();
  return (code: ErrorCode, fields: object): void => {
    const last = logged.get(code) ?? { atMs: Number.NEGATIVE_INFINITY, since: 0 };
    const nowMs = clock.nowMs();
    if (nowMs - last.atMs < logEveryMs) {
      last.since += 1;
      return;
    }
    log.warn({ code, unlogged: last.since, ...fields }, 'call of a company refused');
    logged.set(code, { atMs: nowMs, since: 0 });
  };
}

const readRequest = ({ method, raw, headers }: FastifyRequest): LinkRequest => ({
  method,
  target: raw.url ?? '',
  headers: readHeaders(headers),
});

/** A header that came several times is nothing that was signed. */
const readHeaders = (headers: Record<string, unknown>): LinkHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
