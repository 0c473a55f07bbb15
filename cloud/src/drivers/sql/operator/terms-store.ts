import type { Discount } from '@scanpay/shared/api/pg.ts';
import type { OfferId } from '@scanpay/shared/ids.ts';
import type { MerchantTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { HeldOffer, TermsStore } from '../../../ports/operator-store.ts';
import type { OperatorDb } from './transaction.ts';

export function createTermsStore(db: OperatorDb): TermsStore {
  return {
    async listHeldOffers(merchantId, today, limit) {
      // Where an offer was sold under several conditions, those of the latest visit count.
      const rows = await db
        .selectFrom('operator_entitlements')
        .select(['offer_id', 'title_json', 'discount_json', 'uses'])
        .select(({ fn }) => fn.max('visit_to').as('last_visit'))
        .where('merchant_id', '=', merchantId)
        .where('visit_to', '>=', today)
        .groupBy(['offer_id', 'title_json', 'discount_json', 'uses'])
        .orderBy('last_visit', 'desc')
        .orderBy('offer_id')
        .execute();
      const offers = new Map<OfferId, HeldOffer>();
      for (const { offer_id: offerId, title_json, discount_json, uses } of rows) {
        if (offers.has(offerId) || offers.size === limit) continue;
        const title = JSON.parse(title_json) as Bilingual;
        offers.set(offerId, { offerId, title, discount: JSON.parse(discount_json) as Discount, uses });
      }
      return [...offers.values()];
    },
    async keepTerms(termsId, terms, nowMs) {
      const { merchantId: merchant_id } = terms;
      await db
        .insertInto('operator_terms')
        .values({ terms_id: termsId, merchant_id, terms_json: JSON.stringify(terms), first_issued_at_ms: nowMs })
        .onConflict((conflict) => conflict.column('terms_id').doNothing())
        .execute();
    },
    async findTerms(termsId) {
      const row = await db
        .selectFrom('operator_terms')
        .select('terms_json')
        .where('terms_id', '=', termsId)
        .executeTakeFirst();
      return row && (JSON.parse(row.terms_json) as MerchantTerms);
    },
  };
}
