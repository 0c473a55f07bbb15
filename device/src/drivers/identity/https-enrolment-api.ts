import { request } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { CaReplySchema, EnrolmentReplySchema } from '@scanpay/shared/api/enrolment.ts';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { accept, isErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';
import type { EnrolmentApi, EnrolmentServer } from '../../ports/enrolment-api.ts';

export interface HttpsEnrolmentApiOptions {
  scheduler: Scheduler;
  /** For connection, request and answer together. */
  deadlineMs?: number;
}

const maxAnswerBytes = 64 * 1024;

type Tls = Pick<TlsOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
interface Answer {
  status: number;
  text: string;
}

const parseError = createParser(ErrorBodySchema);

export function createHttpsEnrolmentApi({ scheduler, deadlineMs = 15_000 }: HttpsEnrolmentApiOptions): EnrolmentApi {
  const call = async <S extends TSchema>(schema: S, url: URL, tls: Tls, body?: object) => {
    const answer = await exchange(url, tls, { body, scheduler, deadlineMs });
    return answer.ok ? readAnswer(schema, answer.value) : answer;
  };
  const trust = ({ ca }: EnrolmentServer): Tls => (ca === undefined ? {} : { ca: [...ca] });
  return {
    async readCa(url) {
      const reply = await call(CaReplySchema, new URL('/v1/ca', url), { rejectUnauthorized: false });
      return reply.ok ? accept(reply.value.caCertificates) : reply;
    },
    enrol: (server, body) => call(EnrolmentReplySchema, new URL('/v1/enrolments', server.url), trust(server), body),
    renew: (server, { key, certificate }, body) =>
      call(
        EnrolmentReplySchema,
        new URL('/v1/renewals', server.url),
        { ...trust(server), key, cert: certificate },
        body,
      ),
  };
}

function readAnswer<S extends TSchema>(schema: S, { status, text }: Answer) {
  const data = parseJson(text);
  if (status === 200) {
    const parsed = createParser(schema)(data);
    return parsed.ok ? parsed : refuse('upstream_unavailable', `an unusable answer: ${parsed.detail}`);
  }
  const error = parseError(data);
  if (error.ok && isErrorCode(error.value.code)) return refuse(error.value.code, error.value.detail);
  return refuse('upstream_unavailable', `HTTP ${status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema says no to it.
  }
}

/** Codes with which Node ends a connection whose server could not prove who it is. */
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ISSUER/;

function exchange(
  url: URL,
  tls: Tls,
  { body, scheduler, deadlineMs }: { body: object | undefined; scheduler: Scheduler; deadlineMs: number },
): Promise<Result<Answer>> {
  const { promise, resolve } = Promise.withResolvers<Result<Answer>>();
  const method = body === undefined ? 'GET' : 'POST';
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const options = { ...tls, method, headers, agent: false, minVersion: 'TLSv1.3' } as const;
  const sent = request(url, options, (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) sent.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    response.on('end', () =>
      resolve(accept({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') })),
    );
  });
  const cancelDeadline = scheduler.after(deadlineMs, () => sent.destroy(new Error(`no answer in ${deadlineMs} ms`)));
  sent.on('error', ({ message, code = '' }: NodeJS.ErrnoException) =>
    resolve(refuse(untrusted.test(code) ? 'operator_untrusted' : 'upstream_unavailable', `${code} ${message}`.trim())),
  );
  sent.on('close', () => {
    cancelDeadline();
    resolve(refuse('upstream_unavailable', 'the connection ended before the answer'));
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
