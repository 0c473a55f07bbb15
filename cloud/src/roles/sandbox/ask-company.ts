import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { Static, TSchema } from 'typebox';
import type { Company } from '../../ports/ledger.ts';

/** One HTTP call to a company, over the network or within the process; rejects when there is no answer. */
export type CompanyCall = (request: {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}) => Promise<{ status: number; body: unknown }>;

const parseError = createParser(ErrorBodySchema);

/**
 * Asks one company through its own API.
 * @throws ScanPayError with the company's code, or `upstream_unavailable` when it does not answer as it should.
 */
export async function askCompany<S extends TSchema>(
  call: CompanyCall,
  company: Company,
  request: Parameters<CompanyCall>[0],
  schema: S,
): Promise<Static<S>> {
  const { status, body } = await call(request);
  if (status === 200) {
    const reply = createParser(schema)(body);
    if (reply.ok) return reply.value;
    throw new ScanPayError('upstream_unavailable', `${company}: ${reply.detail}`);
  }
  const error = parseError(body);
  if (!error.ok) throw new ScanPayError('upstream_unavailable', `${company}: status ${status}`);
  throw new ScanPayError(error.value.code, `${company}: ${error.value.detail}`);
}
