import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import { type BusinessDate, businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { type MerchantTerms, maxTermsOffers, type TermsOffer } from '@scanpay/shared/redemption/merchant-terms.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { findContractVersion } from '../../core/contract/find-version.ts';
import type { Entitlement, HeldOffer, OperatorStore } from '../../ports/operator-store.ts';
import type { DevicePost } from './device-post.ts';
import type { OperatorLimits } from './operator-limits.ts';

/**
 * Hands out the terms by which a box may redeem coupons for cash while it is offline: none to a merchant whose contract
 * names single offers or card tender only.
 */
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

/** Offers looked through for those a box can work out. */
const maxHeldOffers = 1_000;

/**
 * The offer as a box redeems it, with how it is taxed; none, unless a box can work out the discount from what the clerk
 * enters: not one by night or day, whose stay only the operator knows, and not one that the contract may better.
 */
function toTermsOffers(
  offer: HeldOffer,
  versions: readonly ContractVersion[],
  merchantId: MerchantId,
  businessDate: BusinessDate,
): TermsOffer[] {
  const { discount } = offer;
  if (discount.kind !== 'percent' && discount.kind !== 'amount-per-person') return [];
  const wanted = { merchantId, offerId: offer.offerId, tender: 'cash', businessDate } as const;
  const contract = findContractVersion(versions, wanted);
  if (contract?.discount !== null) return [];
  const { taxation, vatType } = contract;
  return [{ ...offer, discount, ...(taxation && { taxation }), ...(vatType && { vatType }) }];
}

export function createTermsDesk(deps: {
  store: Pick<OperatorStore, 'listHeldOffers' | 'keepTerms' | 'listDevices' | 'listContracts'>;
  post: DevicePost;
  clock: Clock;
  limits: OperatorLimits;
}): TermsDesk {
  const { store, post, clock, limits } = deps;
  /** As many as there are merchants, at most. */
  const known = new Map<MerchantId, Named>();

  const read = async (merchantId: MerchantId): Promise<Named | undefined> => {
    const nowMs = clock.nowMs();
    const today = businessDateAt(nowMs);
    const versions = (await store.listContracts(merchantId)).map(({ contract }) => contract);
    const general = findContractVersion(versions, { merchantId, offerId: null, tender: 'cash', businessDate: today });
    if (general === undefined) return undefined;
    const held = await store.listHeldOffers(merchantId, today, maxHeldOffers);
    const offers = held.flatMap((offer) => toTermsOffers(offer, versions, merchantId, today)).slice(0, maxTermsOffers);
    const { version: contractVersion, pgFee, operatorFee } = general;
    const fees = { pgFeeBps: pgFee.bps, operatorFeeBps: operatorFee.bps };
    const terms = { merchantId, contractVersion, ...fees, offers, limits: limits.offline };
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
