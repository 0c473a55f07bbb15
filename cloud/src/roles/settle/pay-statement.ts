import { businessDateAt, type Clock, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import type { MerchantId, StatementId } from '@scanpay/shared/ids.ts';
import type { AgreedSums } from '@scanpay/shared/settlement/statement-faults.ts';
import { makePayoutEntry } from '../../core/settle/payout.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import type { MerchantPayouts } from './merchant-payouts.ts';
import { readAgreed } from './read-agreed.ts';

/** How an answered statement is paid. */
export interface Payer {
  /** `paid`: this one, and with it `others`. `nothing`: no part of it is agreed on. `untilMs`: it is not due before. */
  pay(
    statement: StoredStatement,
  ): Promise<{ kind: 'paid'; others: StatementId[] } | { kind: 'nothing' } | { kind: 'later'; untilMs: number }>;
}

/** Books the payout of a statement, once; on either side of the hop. `adviceJws`: received, the sender's word on it. */
export async function payStatement(
  deps: { store: SettlementStore; clock: Clock },
  statement: StoredStatement,
  agreed: AgreedSums,
  adviceJws: string | null,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const entry = makePayoutEntry(statement.direction, statement, agreed, nowMs, businessDateAt(nowMs));
  await deps.store.recordPayout(entry, { paidWon: agreed.payableWon, adviceJws }, nowMs);
}

/** S13 and S14: companies pay each statement as soon as it is answered. */
export function createCompanyPayer(deps: { store: SettlementStore; clock: Clock }): Payer {
  return {
    async pay(statement) {
      const agreed = await readAgreed(deps.store, statement);
      if (agreed === null) return { kind: 'nothing' };
      await payStatement(deps, statement, agreed, null);
      return { kind: 'paid', others: [] };
    },
  };
}

/** S15: a merchant is paid by its settlement cycle, all its terminals' statements together. */
export function createMerchantPayer(deps: {
  store: Pick<SettlementStore, 'readStatementJws'>;
  clock: Clock;
  payouts: MerchantPayouts;
}): Payer {
  const { store, clock, payouts } = deps;
  return {
    async pay(statement) {
      if ((await readAgreed(store, statement)) === null) return { kind: 'nothing' };
      const { statementId, receiver, payoutDate, businessDate } = statement;
      const untilMs = startOfBusinessDateMs(payoutDate ?? businessDate);
      if (clock.nowMs() < untilMs) return { kind: 'later', untilMs };
      const paid = await payouts.payDue(receiver as MerchantId);
      return { kind: 'paid', others: paid.filter((id) => id !== statementId) };
    },
  };
}
