import type Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createEntitlementUses } from './entitlement-uses.ts';
import { hold, paymentId, tablesWith } from './testing/hold.ts';

function operatorWith(uses: number, usesLeft: number, held: 0 | 1): Database.Database {
  return tablesWith({
    operator_entitlements: { columns: 'coupon_id, offer_id, uses, uses_left', rows: [['c', 'o', uses, usesLeft]] },
    operator_payments: {
      columns: 'payment_id, coupon_id, offer_id, entitlement_held',
      rows: [[paymentId, 'c', 'o', held]],
    },
  });
}

const entry = { company: 'operator', kind: 'sale', paymentId, cancelId: null, tender: 'card' } as const;
const sale = { ...entry, chargedWon: 1, atMs: 0, sumWon: 0 };

it('counts the sales that stand against the uses', () => {
  const check = createEntitlementUses();
  const held = hold(check);
  const book = operatorWith(1, 0, 1);
  check.onBooked?.(sale, held.dossier, held.report, book);
  check.onBooked?.({ ...sale, kind: 'cancel' }, held.dossier, held.report, book);
  check.onBooked?.(sale, held.dossier, held.report, book);
  expect(held.reports).toEqual([]);
  check.onBooked?.(sale, held.dossier, held.report, book);
  expect(held.reports).toEqual(['c/o: 2 sales stand, 1 uses were given']);
});

it('finds a sale whose use was not taken', () => {
  const check = createEntitlementUses();
  const held = hold(check);
  check.onBooked?.(sale, held.dossier, held.report, operatorWith(2, 2, 1));
  expect(held.reports).toEqual(['c/o: 1 sales stand and 2 uses are left, of 2']);
});

it('finds at rest a use that was not given back', () => {
  const check = createEntitlementUses();
  const held = hold(check);
  const books = { operator: operatorWith(2, 1, 0) } as never;
  held.rest({ books });
  expect(held.reports).toEqual(['c/o: 1 left and 0 held, of 2']);
});
