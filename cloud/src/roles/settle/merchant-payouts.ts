import { businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import type { IdMaker, MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import { makePayoutEntry, makeTransferEntry } from '../../core/settle/payout.ts';
import type { PayoutEntry } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import { readAgreed } from './read-agreed.ts';

/** Brings merchants their money: one transfer for all that is due to one, less what was carried forward. */
export interface MerchantPayouts {
  /** Clears and pays what has come due; returns the statements it cleared. Doing it again pays nothing twice. */
  payDue(merchantId: MerchantId): Promise<StatementId[]>;
}

export function createMerchantPayouts(deps: {
  store: SettlementStore;
  clock: Clock;
  ids: IdMaker;
  log: Log;
}): MerchantPayouts {
  const { store, clock, ids, log } = deps;
  return {
    async payDue(merchantId) {
      const atMs = clock.nowMs();
      const businessDate = businessDateAt(atMs);
      const payouts: { entry: PayoutEntry; paidWon: Won }[] = [];
      for (const statement of await store.listDue(businessDate, merchantId)) {
        const agreed = await readAgreed(store, statement);
        if (agreed === null) continue;
        payouts.push({
          entry: makePayoutEntry('sent', statement, agreed, atMs, businessDate),
          paidWon: agreed.payableWon,
        });
      }
      if (payouts.length === 0) return [];
      const transfer = { transferId: ids.transferId(), merchantId, atMs, businessDate };
      const amountWon = await store.payMerchant(merchantId, payouts, atMs, (dueWon) =>
        makeTransferEntry(transfer, dueWon),
      );
      if (amountWon > 0) log.info({ ...transfer, amountWon }, 'a merchant was paid');
      else log.info({ merchantId, dueWon: await store.readDueWon(merchantId) }, 'carried forward to the next payout');
      return payouts.map(({ entry }) => entry.statementId);
    },
  };
}
