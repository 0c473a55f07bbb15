import type { Clock } from '@scanpay/shared/clock.ts';
import { signDayHead } from '@scanpay/shared/settlement/day-head.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { Company } from '../../ports/ledger.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';

/** Signs where the book stands for every closed date that has no signed head yet; doing it again changes nothing. */
export async function sealClosedDays(deps: {
  company: Company;
  store: Pick<SettlementStore, 'listUnsealedDates' | 'readChainHead' | 'addDayHead'>;
  signer: JwsSigner;
  clock: Clock;
}): Promise<void> {
  const { company, store, signer, clock } = deps;
  for (const businessDate of await store.listUnsealedDates()) {
    const head = await store.readChainHead();
    const headJws = await signDayHead({ v: 1, company, businessDate, ...head, sealedAtMs: clock.nowMs() }, signer);
    await store.addDayHead({ businessDate, ...head, headJws });
  }
}
