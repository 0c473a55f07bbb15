import type { Hop } from '@scanpay/shared/settlement/statement.ts';
import type { Account, Company } from '../../ports/ledger.ts';

/** In the order in which the money flows. */
export const companies = ['card', 'pg', 'operator'] as const satisfies readonly Company[];

/** The chain of settlement (DESIGN §2): card company → PG → operator → merchants. */
export const sentHop: Record<Company, Hop> = { card: 'S13', pg: 'S14', operator: 'S15' };
/** Null: the card company begins the chain. */
export const receivedHop: Record<Company, Hop | null> = { card: null, pg: 'S13', operator: 'S14' };
/** Who gets the company's statements; null: each merchant gets its own. */
export const nextCompany: Record<Company, Company | null> = { card: 'pg', pg: 'operator', operator: null };
/** Whose statements the company gets. */
export const previousCompany: Record<Company, Company | null> = { card: null, pg: 'card', operator: 'pg' };

/** The accounts on which one end of a hop holds what a statement of it clears. */
interface OpenAccounts {
  /** What card tender left open between both. */
  card: Account;
  /** What cash tender left open between both: fees, owed the other way ([0048]). Null: no cash passes here. */
  cash: Account | null;
  /** Where it goes, or comes from: the bank, or for merchants what the next transfer brings them. */
  money: Account;
}

/** Null: a merchant, who keeps no ledger here. */
export const openAccounts: Record<Hop, { sent: OpenAccounts; received: OpenAccounts | null }> = {
  S13: {
    sent: { card: 'pg-payable', cash: null, money: 'bank' },
    received: { card: 'card-receivable', cash: null, money: 'bank' },
  },
  S14: {
    sent: { card: 'operator-payable', cash: 'operator-receivable', money: 'bank' },
    received: { card: 'pg-receivable', cash: 'pg-payable', money: 'bank' },
  },
  S15: {
    sent: { card: 'merchant-payable', cash: 'merchant-receivable', money: 'merchant-settlement' },
    received: null,
  },
};
