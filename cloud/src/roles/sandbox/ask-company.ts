import type { Readable } from 'node:stream';
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

/** One file of a company by HTTP, as a stream, or its refusal; rejects when there is no answer. */
export type CompanyDownload = (
  path: string,
) => Promise<{ file: CompanyFile } | { refusal: { status: number; body: unknown } }>;

export interface CompanyFile {
  contentType: string;
  /** `Content-Disposition`; null: none. */
  disposition: string | null;
  body: Readable;
}

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
  throw toError(company, status, body);
}

/**
 * Opens a file of one company.
 * @throws ScanPayError with the company's code, or `upstream_unavailable` when it does not answer as it should.
 */
export async function openCompanyFile(download: CompanyDownload, company: Company, path: string): Promise<CompanyFile> {
  const answer = await download(path);
  if ('file' in answer) return answer.file;
  throw toError(company, answer.refusal.status, answer.refusal.body);
}

function toError(company: Company, status: number, body: unknown): ScanPayError {
  const error = parseError(body);
  if (!error.ok) return new ScanPayError('upstream_unavailable', `${company}: status ${status}`);
  return new ScanPayError(error.value.code, `${company}: ${error.value.detail}`);
}
