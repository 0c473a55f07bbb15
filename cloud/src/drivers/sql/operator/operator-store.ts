import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { createGroupCommit } from '../group-commit.ts';
import { createDateCloser, firstOpenBusinessDate, isBusinessDateClosed } from '../ledger/closed-dates.ts';
import { createAlarmStore } from './alarm-store.ts';
import { createCancelStore } from './cancel-store.ts';
import { createCashReceiptStore } from './cash-receipt-store.ts';
import { createCommandStore } from './command-store.ts';
import { createContractStore } from './contract-store.ts';
import { createDeviceStore } from './device-store.ts';
import { createFleetConfigStore } from './fleet-config-store.ts';
import { createFleetStateStore } from './fleet-state-store.ts';
import { createHandOverStore } from './hand-over-store.ts';
import { createHeldKeysStore } from './held-keys-store.ts';
import { createIdentityStore } from './identity-store.ts';
import { createIssueStore } from './issue-store.ts';
import { createPaymentStore } from './payment-store.ts';
import { createScheduleStore } from './schedule-store.ts';
import { createTermsStore } from './terms-store.ts';
import type { OperatorDb, OperatorTrx } from './transaction.ts';

/** The operator's database, migrated with `{ ...ledgerMigrations, ...operatorMigrations }`. */
export function createOperatorStore(db: OperatorDb): OperatorStore {
  // What boxes say of themselves comes from all of them at once, after every break of the line.
  const commit = createGroupCommit(db);
  return {
    ...createIssueStore(db),
    ...createDeviceStore(db),
    ...createIdentityStore(db),
    ...createHandOverStore(db),
    ...createFleetStateStore(db, commit),
    ...createFleetConfigStore(db, commit),
    ...createPaymentStore(db),
    ...createCancelStore(db),
    ...createCashReceiptStore(db),
    ...createContractStore(db),
    ...createTermsStore(db),
    ...createCommandStore(db),
    ...createAlarmStore(db),
    ...createHeldKeysStore(db),
    ...createScheduleStore(db),
    openDateFrom: (date) => firstOpenBusinessDate(db, date),
    isClosed: (date) => isBusinessDateClosed(db, date),
    closeBusinessDate: createDateCloser(db, countUnresolved),
  };
}

/** Payments and cancels that would be booked on the date, and reversals that will be. */
async function countUnresolved(trx: OperatorTrx, businessDate: BusinessDate): Promise<number> {
  const payments = await trx
    .selectFrom('operator_payments')
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('count'))
    .where('state', 'in', ['authorising', 'reversing'])
    .where(({ or, eb }) => or([eb('business_date', '=', businessDate), eb('reversal_date', '=', businessDate)]))
    .executeTakeFirstOrThrow();
  const cancels = await trx
    .selectFrom('operator_cancels')
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('count'))
    .where('state', '=', 'cancelling')
    .where('business_date', '=', businessDate)
    .executeTakeFirstOrThrow();
  return Number(payments.count) + Number(cancels.count);
}
