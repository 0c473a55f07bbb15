import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import type { Tender } from '@scanpay/shared/schema.ts';

/** What a version of a contract is for, and from when to when. Null names all of them. */
export interface VersionScope {
  /** Counts up with every version of this contract. */
  version: number;
  merchantId: MerchantId | null;
  offerId: OfferId | null;
  tender: Tender | null;
  /** First business date. */
  validFrom: BusinessDate;
  /** Last one; null: until the next version of the same scope begins. */
  validTo: BusinessDate | null;
  /** The version that it makes as if it had never been entered. */
  replaces: number | null;
}

/** A payment, as far as contracts tell payments apart. */
export interface ContractCase {
  merchantId: MerchantId;
  /** Null: one that nothing was agreed for by name. */
  offerId: OfferId | null;
  tender: Tender;
  businessDate: BusinessDate;
}

export function dropReplaced<V extends VersionScope>(versions: readonly V[]): V[] {
  const replaced = new Set(versions.map((each) => each.replaces));
  return versions.filter((each) => !replaced.has(each.version));
}

/** The merchant weighs more than the offer, the offer more than the tender; no two scopes of one payment weigh the same. */
function weigh({ merchantId, offerId, tender }: VersionScope): number {
  return (merchantId === null ? 0 : 4) + (offerId === null ? 0 : 2) + (tender === null ? 0 : 1);
}

const covers = (scope: VersionScope, wanted: ContractCase): boolean =>
  (scope.merchantId ?? wanted.merchantId) === wanted.merchantId &&
  (scope.offerId ?? wanted.offerId) === wanted.offerId &&
  (scope.tender ?? wanted.tender) === wanted.tender &&
  scope.validFrom <= wanted.businessDate;

/**
 * The version that applies to a payment: of every scope that covers it the version begun last, unless that has ended;
 * of those the most specific. Undefined: no contract.
 */
export function findContractVersion<V extends VersionScope>(
  versions: readonly V[],
  wanted: ContractCase,
): V | undefined {
  const lastOfScope = new Map<number, V>();
  for (const version of dropReplaced(versions)) {
    if (!covers(version, wanted)) continue;
    const known = lastOfScope.get(weigh(version));
    if (known === undefined || known.validFrom < version.validFrom) lastOfScope.set(weigh(version), version);
  }
  const inForce = [...lastOfScope].filter(([, { validTo }]) => validTo === null || wanted.businessDate <= validTo);
  return inForce.sort(([a], [b]) => b - a)[0]?.[1];
}
