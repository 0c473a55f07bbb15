import {
  ApplicableContractSchema,
  ContractDraftSchema,
  ContractListSchema,
  ContractQuerySchema,
  ContractReplySchema,
  MerchantListSchema,
} from '@scanpay/shared/api/contract.ts';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { MerchantIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import { findContractEntry } from '../../../core/contract/find-entry.ts';
import { payoutDate } from '../../../core/contract/payout-date.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';
import { refusals, unwrap } from './unwrap.ts';

const params = strictObject({ merchantId: MerchantIdSchema });
const tags = ['staff'];

/** Contracts with merchants, for the operator's staff: what was agreed, what will be, and what applies on a day. */
export function addContractRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.get(
    '/v1/merchants',
    { schema: { summary: 'Merchants with a contract', tags, response: { 200: MerchantListSchema } } },
    async () => ({ merchants: ctx.merchants.list().map(({ merchantId, name }) => ({ merchantId, name })) }),
  );
  app.get(
    '/v1/merchants/:merchantId/contracts',
    {
      schema: {
        summary: 'Every version of the contract with a merchant, in order of their numbers',
        tags,
        params,
        response: { 200: ContractListSchema, ...refusals },
      },
    },
    async ({ params: { merchantId } }) => {
      const merchant = ctx.merchants.find(merchantId);
      if (merchant === undefined) return unwrap(refuse('not_found'));
      const contracts = await ctx.store.listContracts(merchantId);
      return unwrap(accept({ merchantId, merchantName: merchant.name, contracts }));
    },
  );
  app.post(
    '/v1/merchants/:merchantId/contracts',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'Enter a new version, to begin on a later business date; nothing entered is ever changed',
        tags,
        params,
        body: ContractDraftSchema,
        response: { 200: ContractReplySchema, ...refusals },
      },
    },
    async ({ params: { merchantId }, body }) => {
      if (ctx.merchants.find(merchantId) === undefined) return unwrap(refuse('not_found'));
      return unwrap(await ctx.contracts.enter(merchantId, body));
    },
  );
  app.get(
    '/v1/merchants/:merchantId/contracts/applicable',
    {
      schema: {
        summary: 'The version that applies to an offer and tender on a business date, and when that date is paid',
        tags,
        params,
        querystring: ContractQuerySchema,
        response: { 200: ApplicableContractSchema, ...refusals },
      },
    },
    async ({ params: { merchantId }, query }) => {
      const found = findContractEntry(await ctx.store.listContracts(merchantId), { merchantId, ...query });
      if (found === undefined) return unwrap(refuse('not_found'));
      const { contract, digest } = found;
      const paidOn = payoutDate(query.businessDate, contract.settlementCycle, ctx.calendar);
      return unwrap(accept({ contract, digest, payoutDate: paidOn }));
    },
  );
}
