import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { Selectable } from 'kysely';
import type { ContractEntry, ContractStore } from '../../../ports/operator-store.ts';
import { prepareQuery } from '../prepare-query.ts';
import type { ContractTable, OperatorTables } from './tables.ts';
import type { OperatorDb } from './transaction.ts';

const listOf = prepareQuery<OperatorTables, { merchantId: MerchantId }, Selectable<ContractTable>>(
  (db, { merchantId }) =>
    db.selectFrom('operator_contracts').selectAll().where('merchant_id', '=', merchantId).orderBy('version'),
);

const findOne = prepareQuery<OperatorTables, { merchantId: MerchantId; version: number }, Selectable<ContractTable>>(
  (db, { merchantId, version }) =>
    db
      .selectFrom('operator_contracts')
      .selectAll()
      .where('merchant_id', '=', merchantId)
      .where('version', '=', version),
);

const toEntry = ({ contract_json, digest, entered_at_ms: enteredAtMs }: Selectable<ContractTable>): ContractEntry => ({
  contract: JSON.parse(contract_json) as ContractVersion,
  digest,
  enteredAtMs,
});

export function createContractStore(db: OperatorDb): ContractStore {
  return {
    async listContracts(merchantId) {
      return (await listOf.all(db, { merchantId })).map(toEntry);
    },
    async findContract(merchantId, version) {
      const row = await findOne.first(db, { merchantId, version });
      return row && toEntry(row);
    },
    async addContract({ contract, digest, enteredAtMs }) {
      const { merchantId: merchant_id, version } = contract;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('operator_contracts')
        .values({ merchant_id, version, contract_json: JSON.stringify(contract), digest, entered_at_ms: enteredAtMs })
        .onConflict((conflict) => conflict.columns(['merchant_id', 'version']).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
