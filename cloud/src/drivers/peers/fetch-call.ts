import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type HttpCall, maxReplyBytes, unknownOutcome } from './http-call.ts';
import { type CallSeal, prepareRequest } from './sealed-call.ts';

/** Calls a company that runs in another process. `baseUrl` without a path, e.g. `http://127.0.0.1:8082`. */
export function createHttpCall(options: {
  baseUrl: string;
  /** From the first byte sent to the last byte of the reply. */
  deadlineMs: number;
  /** Sent with every call, e.g. credentials. */
  headers?: Record<string, string>;
  seal?: CallSeal;
}): HttpCall {
  const base = new URL(options.baseUrl);
  return async (request) => {
    try {
      const { headers, text, read } = await prepareRequest(request, options);
      const reply = await fetch(new URL(request.path, base), {
        method: request.method,
        redirect: 'error',
        signal: AbortSignal.timeout(options.deadlineMs),
        headers,
        ...(text === undefined ? {} : { body: text }),
      });
      const got = await readBounded(reply);
      return await read({ status: reply.status, headers: Object.fromEntries(reply.headers), text: got });
    } catch (error) {
      if (error instanceof ScanPayError) throw error;
      throw unknownOutcome(request, describeFailure(error), error);
    }
  };
}

/** The whole body, of at most `maxReplyBytes`. */
export async function readBounded(reply: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of reply.body ?? []) {
    length += chunk.length;
    if (length > maxReplyBytes) throw new Error(`a reply of more than ${maxReplyBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** In words, for a log. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}
