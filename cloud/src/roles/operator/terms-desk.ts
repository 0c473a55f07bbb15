import { businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { type MerchantTerms, maxTermsOffers } from '@scanpay/shared/redemption/merchant-terms.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import type { MerchantContracts } from '../../core/verify/contract.ts';
import type { Entitlement, OperatorStore } from '../../ports/operator-store.ts';
import type { DevicePost } from './device-post.ts';
import type { OperatorLimits } from './operator-limits.ts';

/** Hands out the terms by which a box may redeem coupons for cash while it is offline. */
export interface TermsDesk {
  /** To one box. Kept before they are sent, so that every redemption's terms are found again. */
  send(deviceId: DeviceId, merchantId: MerchantId): Promise<void>;
  /** Coupons were sold: boxes of merchants that had no such offer on sale are told. */
  offersChanged(sold: readonly Pick<Entitlement, 'merchantId' | 'offerId'>[]): Promise<void>;
}

interface Named {
  termsId: string;
  terms: MerchantTerms;
  readAtMs: number;
}

export function createTermsDesk(deps: {
  store: Pick<OperatorStore, 'listHeldOffers' | 'keepTerms' | 'listDevices'>;
  post: DevicePost;
  contracts: MerchantContracts;
  clock: Clock;
  limits: OperatorLimits;
}): TermsDesk {
  const { store, post, contracts, clock, limits } = deps;
  /** As many as there are contracts, at most. */
  const known = new Map<MerchantId, Named>();

  const read = async (merchantId: MerchantId): Promise<Named | undefined> => {
    const contract = contracts.find(merchantId);
    if (contract === undefined) return undefined;
    const { version: contractVersion, pgFeeBps, operatorFeeBps } = contract;
    const nowMs = clock.nowMs();
    const offers = await store.listHeldOffers(merchantId, businessDateAt(nowMs), maxTermsOffers);
    const terms = { merchantId, contractVersion, pgFeeBps, operatorFeeBps, offers, limits: limits.offline };
    const termsId = sha256Base64Url(canonicalJson(terms));
    await store.keepTerms(termsId, terms, nowMs);
    const named = { termsId, terms, readAtMs: nowMs };
    known.set(merchantId, named);
    return named;
  };
  const find = async (merchantId: MerchantId): Promise<Named | undefined> => {
    const named = known.get(merchantId);
    const isFresh = named !== undefined && clock.nowMs() - named.readAtMs < limits.termsCacheMs;
    return isFresh ? named : read(merchantId);
  };
  const sendTerms = async (deviceId: DeviceId, { termsId, terms }: Named): Promise<void> => {
    const issuedAtMs = clock.nowMs();
    const validUntilMs = issuedAtMs + limits.termsValidForMs;
    const draft = { type: 'merchant.terms', termsId, terms, issuedAtMs, validUntilMs } as const;
    post.send(deviceId, 'payment', await post.sign(deviceId, draft));
  };
  return {
    async send(deviceId, merchantId) {
      const named = await find(merchantId);
      if (named !== undefined) await sendTerms(deviceId, named);
    },
    async offersChanged(sold) {
      for (const merchantId of new Set(sold.map((each) => each.merchantId))) {
        const before = known.get(merchantId)?.terms.offers.map(({ offerId }) => offerId) ?? [];
        if (sold.every((each) => each.merchantId !== merchantId || before.includes(each.offerId))) continue;
        const named = await read(merchantId);
        if (named === undefined) continue;
        for (const deviceId of await store.listDevices(merchantId)) await sendTerms(deviceId, named);
      }
    },
  };
}
