import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import { expect } from 'vitest';
import type { Company } from '../../../ports/ledger.ts';
import type { SettlementWorld } from './settlement-world.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
/** The world's clock stands at noon of this date. */
export const day = '2026-11-23' as BusinessDate;
export const shop = 'm-1' as MerchantId;
export const otherShop = 'm-2' as MerchantId;
export const companyNames: Company[] = ['card', 'pg', 'operator'];

export const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as PaymentId;
const cancelId = (n: number) => `019ab0c1-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as CancelId;

export function event(n: number, kind: BookedEvent['kind'], tender: Tender, amount: number): BookedEvent {
  const split = tender === 'card' ? splitCharge(won(amount), rates) : splitCash(won(amount), rates);
  return { kind, tender, paymentId: paymentId(n), cancelId: kind === 'cancel' ? cancelId(n) : null, split };
}

/** The usual acts and views of one world; `world` is asked for each time, for every test has its own. */
export function viewWorld(world: () => SettlementWorld) {
  const statements = (company: Company, date = day) => world().companies[company].settlement.listStatements(date);
  return {
    statements,
    async book(each: BookedEvent, merchantId = shop, by = companyNames, deviceId?: DeviceId): Promise<void> {
      for (const company of by) await world().book(company, each, merchantId, day, deviceId);
    },
    async closeAndSettle(): Promise<void> {
      expect(await world().close(day)).toEqual({ ok: true, value: undefined });
      await world().settle();
    },
    /** `S13 sent pg paid`: hop, direction, receiver, state. */
    async states(company: Company): Promise<string[]> {
      const rows = await statements(company);
      return rows.map(({ hop, direction, receiver, state }) => `${hop} ${direction} ${receiver} ${state}`);
    },
    /** Accounts that are not empty. */
    async balances(company: Company): Promise<Record<string, number>> {
      const list = await world().companies[company].settlement.readBalances();
      const open = list.filter((each) => each.amountWon !== 0);
      return Object.fromEntries(open.map((each) => [each.account, each.amountWon]));
    },
    errors: () => world().log.filter((line) => line.level === 'error'),
  };
}
