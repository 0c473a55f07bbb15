import type { CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import type Database from 'better-sqlite3';
import type { Check } from './check.ts';

interface Uses {
  coupon_id: CouponId;
  offer_id: OfferId;
  uses: number;
  uses_left: number;
}

const usesOfPayment = `
  SELECT e.coupon_id, e.offer_id, e.uses, e.uses_left FROM operator_payments AS p
  JOIN operator_entitlements AS e ON e.coupon_id = p.coupon_id AND e.offer_id = p.offer_id WHERE p.payment_id = ?`;
const usesOfAll = `
  SELECT e.coupon_id, e.offer_id, e.uses, e.uses_left, COUNT(p.payment_id) AS held FROM operator_entitlements AS e
  LEFT JOIN operator_payments AS p
    ON p.coupon_id = e.coupon_id AND p.offer_id = e.offer_id AND p.entitlement_held = 1
  GROUP BY e.coupon_id, e.offer_id`;

/**
 * DESIGN §8.3: an entitlement is consumed at most its number of uses: by the sales that stand in the operator's book,
 * which is what customers had, and by the operator's own count of what is left.
 */
export function createEntitlementUses(): Check {
  const standing = new Map<string, number>();
  const statements = new WeakMap<Database.Database, Database.Statement<[PaymentId], Uses>>();
  const readUses = (book: Database.Database, paymentId: PaymentId): Uses | undefined => {
    const known = statements.get(book) ?? book.prepare<[PaymentId], Uses>(usesOfPayment);
    statements.set(book, known);
    return known.get(paymentId);
  };
  return {
    name: 'entitlement-uses',
    rule: '§8.3',
    claim: 'an entitlement is consumed at most its number of uses',
    onBooked({ company, kind, paymentId }, dossier, report, book) {
      if (company !== 'operator') return;
      // Only the refund of the whole gives the use back.
      const booked = dossier?.books.operator;
      if (kind === 'cancel' && booked !== undefined && booked.refundedWon < booked.soldWon) return;
      const row = readUses(book, paymentId);
      if (row === undefined) return report(paymentId, `a ${kind} of no entitlement`);
      const name = `${row.coupon_id}/${row.offer_id}`;
      const count = (standing.get(name) ?? 0) + (kind === 'sale' ? 1 : -1);
      standing.set(name, count);
      if (count > row.uses) report(paymentId, `${name}: ${count} sales stand, ${row.uses} uses were given`);
      else if (count + row.uses_left > row.uses) {
        report(paymentId, `${name}: ${count} sales stand and ${row.uses_left} uses are left, of ${row.uses}`);
      }
    },
    atRest({ books }, report) {
      const rows = books.operator.prepare<[], Uses & { held: number }>(usesOfAll).all();
      for (const { coupon_id, offer_id, uses, uses_left, held } of rows) {
        if (uses_left + held === uses) continue;
        report(null, `${coupon_id}/${offer_id}: ${uses_left} left and ${held} held, of ${uses}`);
      }
    },
  };
}
