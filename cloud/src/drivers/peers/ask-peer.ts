import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { type HttpCall, type HttpRequest, unknownOutcome } from './http-call.ts';

const parseError = createParser(ErrorBodySchema);

/**
 * Sends the request and sorts the reply: 2xx that fits the schema is accepted, 4xx with an error body is refused with
 * its code.
 * @throws ScanPayError `upstream_unavailable` for everything else, because nobody knows then what the peer did.
 */
export async function askPeer<T>(
  call: HttpCall,
  request: HttpRequest,
  parse: (body: unknown) => Result<T>,
): Promise<Result<T>> {
  const { status, body } = await call(request);
  if (status >= 200 && status < 300) {
    const parsed = parse(body);
    if (parsed.ok) return accept(parsed.value);
    throw unknownOutcome(request, `status ${status} with a body nobody understands, ${parsed.detail}`);
  }
  const error = parseError(body);
  if (status >= 400 && status < 500 && error.ok) return refuse(error.value.code, error.value.detail);
  throw unknownOutcome(request, error.ok ? `status ${status}, ${error.value.code}` : `status ${status}`);
}
