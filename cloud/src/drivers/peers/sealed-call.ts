import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { Company } from '../../ports/ledger.ts';
import type { LinkHeaders, PeerLink } from '../../ports/peer-link.ts';
import { type HttpReply, type HttpRequest, parseReply, unknownOutcome } from './http-call.ts';

/** Whom a call is for, and the link that signs it and checks the answer. */
export interface CallSeal {
  to: Company;
  link: PeerLink;
}

/** A request as it goes out. */
export interface OutgoingRequest {
  headers: Record<string, string>;
  /** JSON. */
  text: string | undefined;
  /** @throws ScanPayError `upstream_unavailable` when the reply is not JSON, or not what that company answered. */
  read(reply: { status: number; headers: LinkHeaders; text: string }): Promise<HttpReply>;
}

const parseErrorBody = createParser(ErrorBodySchema);

/** Adds what JSON calls have in common; without a seal nobody is signed for, and any answer is believed. */
export async function prepareRequest(
  request: HttpRequest,
  options: { headers?: Record<string, string> | undefined; seal?: CallSeal | undefined },
): Promise<OutgoingRequest> {
  const { method, path: target, body } = request;
  const { seal } = options;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const plain = {
    accept: 'application/json',
    ...options.headers,
    ...(text === undefined ? {} : { 'content-type': 'application/json' }),
  };
  if (seal === undefined) {
    return { headers: plain, text, read: async ({ status, text: got }) => parseReply(request, status, got) };
  }
  const { to, link } = seal;
  const signed = await link.signRequest(to, { method, target, headers: plain, body: text ?? '' });
  const headers = { ...plain, ...signed };
  return {
    headers,
    text,
    async read({ status, headers: answered, text: got }) {
      const answer = { status, headers: answered, body: got };
      const checked = await link.checkAnswer(to, { method, target, headers }, answer);
      if (checked.ok) return parseReply(request, status, got);
      const why = `${checked.code} ${checked.detail}`.trimEnd();
      throw unknownOutcome(request, `status ${status} that is not ${to}'s answer (${why})${hint(got)}`);
    },
  };
}

/** What an answer that cannot be trusted says of itself; for the log only. */
function hint(text: string): string {
  try {
    const error = parseErrorBody(JSON.parse(text));
    return error.ok ? `: it says ${error.value.code} ${error.value.detail.slice(0, 200)}`.trimEnd() : '';
  } catch {
    return '';
  }
}
