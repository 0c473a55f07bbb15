import { MerchantListSchema } from '@scanpay/shared/api/contract.ts';
import { type Debt, PaymentTraceSchema, type Reconciliation } from '@scanpay/shared/api/reconciliation.ts';
import type { CompanyDay } from '@scanpay/shared/api/sandbox.ts';
import {
  BalanceListSchema,
  CloseReplySchema,
  LineActReplySchema,
  LinePageSchema,
  StatementDetailSchema,
  StatementListSchema,
} from '@scanpay/shared/api/settlement.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import type { Static } from 'typebox';
import { companies } from '../../core/settle/hops.ts';
import { whoOwes } from '../../core/settle/who-owes.ts';
import type { Company } from '../../ports/ledger.ts';
import { closeDay, type DayCloser } from '../settle/close-day.ts';
import { askCompany, type CompanyCall } from './ask-company.ts';

/** All companies' settlement seen from above; every word of it comes from their own APIs. */
export function createSettlementOverview(callTo: (company: Company) => CompanyCall) {
  const askFor = async (company: Company, businessDate: BusinessDate): Promise<CompanyDay> => {
    const get = (path: string) => ({ method: 'GET', path }) as const;
    try {
      const call = callTo(company);
      const listPath = `/v1/settlement/statements?businessDate=${businessDate}`;
      const [{ statements }, { balances }] = await Promise.all([
        askCompany(call, company, get(listPath), StatementListSchema),
        askCompany(call, company, get('/v1/settlement/balances'), BalanceListSchema),
      ]);
      return { company, statements, balances, problem: null };
    } catch (error) {
      // One company that is down must not hide the others.
      if (error instanceof ScanPayError) return { company, statements: [], balances: [], problem: error.code };
      throw error;
    }
  };
  const traceAt = async (company: Company, paymentId: PaymentId): Promise<Reconciliation['companies'][number]> => {
    const request = { method: 'GET', path: `/v1/settlement/payments/${paymentId}` } as const;
    try {
      return { company, trace: await askCompany(callTo(company), company, request, PaymentTraceSchema), problem: null };
    } catch (error) {
      if (!(error instanceof ScanPayError)) throw error;
      return { company, trace: null, problem: error.code === 'not_found' ? null : error.code };
    }
  };
  const closerOf = (company: Company): DayCloser => ({
    async close(businessDate): Promise<Result<void>> {
      try {
        const request = { method: 'POST', path: '/v1/settlement/close', body: { businessDate } } as const;
        await askCompany(callTo(company), company, request, CloseReplySchema);
        return accept(undefined);
      } catch (error) {
        if (error instanceof ScanPayError) return refuse(error.code, error.detail);
        throw error;
      }
    },
  });
  return {
    readDay: (businessDate: BusinessDate): Promise<CompanyDay[]> =>
      Promise.all(companies.map((company) => askFor(company, businessDate))),
    readMerchants: () => readShopNames(callTo('operator')),
    /** Who owes whom, by the books of those companies that answer. */
    async readDebts(): Promise<Debt[]> {
      const asked = await Promise.allSettled(
        companies.map((company) =>
          askCompany(callTo(company), company, { method: 'GET', path: '/v1/settlement/balances' }, BalanceListSchema),
        ),
      );
      return whoOwes(asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    },
    /** What each company has of a payment. */
    reconcile: async (paymentId: PaymentId): Promise<Reconciliation> => ({
      paymentId,
      companies: await Promise.all(companies.map((company) => traceAt(company, paymentId))),
    }),
    /** @throws ScanPayError with the company's code. */
    readStatement: (company: Company, statementId: StatementId) =>
      askCompany(
        callTo(company),
        company,
        { method: 'GET', path: `/v1/settlement/statements/${statementId}` },
        StatementDetailSchema,
      ),
    /** @throws ScanPayError with the company's code. */
    readLines: (company: Company, statementId: StatementId, after: PaymentId | undefined) =>
      askCompany(
        callTo(company),
        company,
        {
          method: 'GET',
          path: `/v1/settlement/statements/${statementId}/lines${after === undefined ? '' : `?after=${after}`}`,
        },
        LinePageSchema,
      ),
    /** @throws ScanPayError with the company's code. */
    settleLine: (company: Company, statementId: StatementId, body: unknown) =>
      askCompany(
        callTo(company),
        company,
        { method: 'POST', path: `/v1/settlement/statements/${statementId}/lines/settle`, body },
        LineActReplySchema,
      ),
    closeDay: (businessDate: BusinessDate): Promise<Result<void>> =>
      closeDay({ operator: closerOf('operator'), pg: closerOf('pg'), card: closerOf('card') }, businessDate),
  };
}

/** What the operator's shops are called; none where it does not say so: they go by their numbers. */
async function readShopNames(call: CompanyCall): Promise<Static<typeof MerchantListSchema>> {
  try {
    return await askCompany(call, 'operator', { method: 'GET', path: '/v1/merchants' }, MerchantListSchema);
  } catch (error) {
    if (error instanceof ScanPayError) return { merchants: [] };
    throw error;
  }
}
