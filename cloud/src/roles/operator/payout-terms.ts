import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import { findContractEntry } from '../../core/contract/find-entry.ts';
import { payoutDate } from '../../core/contract/payout-date.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import type { PayoutDateOf } from '../settle/settlement-deps.ts';

/** A merchant whose contracts are all for single offers. */
const defaultCycle: SettlementCycle = { kind: 'daily', bankingDays: 1 };

/**
 * From when on a merchant is paid for a business date: by the cycle of its contract for whatever is not agreed on by
 * name, for a statement covers all offers of the day.
 */
export function createPayoutTerms(deps: {
  store: Pick<OperatorStore, 'listContracts'>;
  calendar: BankingCalendar;
}): PayoutDateOf {
  return async (merchantId, businessDate) => {
    const entries = await deps.store.listContracts(merchantId);
    const general = { merchantId, offerId: null, businessDate };
    const entry =
      findContractEntry(entries, { ...general, tender: 'card' }) ??
      findContractEntry(entries, { ...general, tender: 'cash' });
    return payoutDate(businessDate, entry?.contract.settlementCycle ?? defaultCycle, deps.calendar);
  };
}
