import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import {
  type BookFindings,
  BookFindingsSchema,
  BookSearchQuerySchema,
  type Findings,
  FindingsSchema,
} from '@scanpay/shared/api/reconciliation.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { parseBookSearch } from '@scanpay/shared/settlement/book-search.ts';
import { companies } from '../../core/settle/hops.ts';
import { mergeFindings } from '../../core/settle/merge-findings.ts';
import type { Company } from '../../ports/ledger.ts';
import type { RoleApp } from '../common/role-app.ts';
import { askCompany, type CompanyCall } from './ask-company.ts';

/** Where a won is, in all books at once; what is asked is checked here, so that it is refused once. */
export function addBookSearch(app: RoleApp, callTo: (company: Company) => CompanyCall): void {
  const searchAt = async (company: Company, path: string): Promise<BookFindings | Findings['problems'][number]> => {
    try {
      return await askCompany(callTo(company), company, { method: 'GET', path }, BookFindingsSchema);
    } catch (error) {
      if (error instanceof ScanPayError) return { company, code: error.code };
      throw error;
    }
  };
  app.get(
    '/v1/search',
    {
      schema: {
        tags: ['sandbox'],
        summary: 'What all books have of a receipt code, a number, or an amount of a date',
        querystring: BookSearchQuerySchema,
        response: { 200: FindingsSchema, '4xx': ErrorBodySchema, '5xx': ErrorBodySchema },
      },
    },
    async ({ query }) => {
      const search = parseBookSearch(query.find, query.businessDate);
      if (!search.ok) throw new ScanPayError(search.code, search.detail);
      const path = `/v1/settlement/search?${new URLSearchParams(query)}`;
      return mergeFindings(await Promise.all(companies.map((company) => searchAt(company, path))));
    },
  );
}
