import { Readable } from 'node:stream';
import {
  type HttpCall,
  type HttpReply,
  type HttpRequest,
  maxReplyBytes,
  parseReply,
  unknownOutcome,
} from './http-call.ts';

/** The part of a Fastify app this needs. `{ inject: (request) => app.inject(request) }` names an app made later. */
export interface InjectTarget {
  inject(request: {
    method: 'GET' | 'POST';
    url: string;
    headers: Record<string, string>;
    payload?: Readable;
    validate: false;
  }): PromiseLike<{ statusCode: number; payload: string }>;
}

/** Calls a company hosted by the same process, through the same routes, schemas and errors as over the network. */
export function createInjectCall(
  target: InjectTarget,
  options: { deadlineMs?: number; headers?: Record<string, string> } = {},
): HttpCall {
  const { deadlineMs = 10_000, headers = {} } = options;
  return async (request) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(unknownOutcome(request, `no reply within ${deadlineMs} ms`)), deadlineMs);
      timer.unref();
    });
    try {
      return await Promise.race([inject(target, request, headers), late]);
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

async function inject(target: InjectTarget, request: HttpRequest, headers: Record<string, string>): Promise<HttpReply> {
  const { method, path: url, body } = request;
  const json = { accept: 'application/json', ...headers };
  const { statusCode, payload } = await send(target, request, {
    method,
    url,
    // Of these very options, not of the request: their types say enough.
    validate: false,
    ...(body === undefined
      ? { headers: json }
      : { headers: { ...json, 'content-type': 'application/json' }, payload: toStream(JSON.stringify(body)) }),
  });
  if (Buffer.byteLength(payload) > maxReplyBytes) {
    throw unknownOutcome(request, `a reply of more than ${maxReplyBytes} bytes`);
  }
  return parseReply(request, statusCode, payload);
}

async function send(target: InjectTarget, request: HttpRequest, injected: Parameters<InjectTarget['inject']>[0]) {
  try {
    return await target.inject(injected);
  } catch (error) {
    throw unknownOutcome(request, 'the connection broke', error);
  }
}
