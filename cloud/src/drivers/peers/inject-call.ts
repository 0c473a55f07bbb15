import { Readable } from 'node:stream';
import type { LinkHeaders } from '../../ports/peer-link.ts';
import { type HttpCall, type HttpReply, type HttpRequest, maxReplyBytes, unknownOutcome } from './http-call.ts';
import { type CallSeal, prepareRequest } from './sealed-call.ts';

/** The part of a Fastify app this needs. `{ inject: (request) => app.inject(request) }` names an app made later. */
export interface InjectTarget {
  inject(request: {
    method: 'GET' | 'POST';
    url: string;
    headers: Record<string, string>;
    payload?: Readable;
    validate: false;
  }): PromiseLike<{ statusCode: number; payload: string; headers: Record<string, unknown> }>;
}

interface InjectCallOptions {
  deadlineMs?: number;
  headers?: Record<string, string>;
  seal?: CallSeal;
}

/** Calls a company hosted by the same process, through the same routes, schemas and errors as over the network. */
export function createInjectCall(target: InjectTarget, options: InjectCallOptions = {}): HttpCall {
  const { deadlineMs = 10_000 } = options;
  return async (request) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(unknownOutcome(request, `no reply within ${deadlineMs} ms`)), deadlineMs);
      timer.unref();
    });
    try {
      return await Promise.race([inject(target, request, options), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** A text would be handed over in the next turn of the event loop, after whatever else has come in meanwhile. */
function toStream(text: string): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(text);
  stream.push(null);
  return stream;
}

async function inject(target: InjectTarget, request: HttpRequest, options: InjectCallOptions): Promise<HttpReply> {
  const { headers, text, read } = await prepareRequest(request, options);
  const answer = await send(target, request, {
    method: request.method,
    url: request.path,
    // Of these very options, not of the request: their types say enough.
    validate: false,
    headers,
    ...(text === undefined ? {} : { payload: toStream(text) }),
  });
  const { statusCode: status, payload } = answer;
  if (Buffer.byteLength(payload) > maxReplyBytes) {
    throw unknownOutcome(request, `a reply of more than ${maxReplyBytes} bytes`);
  }
  return read({ status, headers: keepTexts(answer.headers), text: payload });
}

const keepTexts = (headers: Record<string, unknown>): LinkHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

async function send(target: InjectTarget, request: HttpRequest, injected: Parameters<InjectTarget['inject']>[0]) {
  try {
    return await target.inject(injected);
  } catch (error) {
    throw unknownOutcome(request, 'the connection broke', error);
  }
}
