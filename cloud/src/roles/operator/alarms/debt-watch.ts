import { businessDateAt, type Clock, daysBetween } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { MerchantDebts } from '../../../ports/merchant-debts.ts';
import type { DeviceStore } from '../../../ports/operator-store.ts';
import type { OperatorLimits } from '../operator-limits.ts';

export interface DebtWatchDeps {
  store: Pick<DeviceStore, 'listFirstDevices'>;
  debts: MerchantDebts;
  clock: Clock;
  limits: Pick<OperatorLimits, 'debtAlarmDays' | 'debtLookMs'>;
}

/**
 * Looks now and then which merchants have owed for too long, and says it of the first box of each: alarms are kept by
 * box. Null: it was looked not long ago.
 */
export function createDebtWatch(deps: DebtWatchDeps): () => Promise<ReadonlyMap<DeviceId, string> | null> {
  const { store, debts, clock, limits } = deps;
  let nextLookMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock.nowMs();
    if (nowMs < nextLookMs) return null;
    const today = businessDateAt(nowMs);
    const overdue = new Map<DeviceId, string>();
    for (const { merchantId, deviceId } of await store.listFirstDevices()) {
      const debt = await debts.findDebt(merchantId);
      if (debt === null || daysBetween(debt.sinceDate, today) < limits.debtAlarmDays) continue;
      overdue.set(deviceId, `${merchantId} has owed since ${debt.sinceDate}; on ${today} ${debt.owedWon} won`);
    }
    nextLookMs = nowMs + limits.debtLookMs;
    return overdue;
  };
}
