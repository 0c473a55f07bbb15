import type { ContractVersion, FeeTerms } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { dropReplaced, type VersionScope } from './find-version.ts';

/** Versions one contract may have in all. */
export const maxContractVersions = 500;

const isOrdered = ({ minWon, capWon }: FeeTerms): boolean => capWon === null || minWon <= capWon;

/**
 * Whether a version may join those there are. Refuses with `invalid_input` (the detail names the field) and with
 * `contract_overlap` where another version of the same scope has the same first day or reaches into it.
 */
export function checkContractVersion(candidate: ContractVersion, known: readonly ContractVersion[]): Result<void> {
  const { cardFee, pgFee, operatorFee } = candidate;
  for (const [name, fee] of Object.entries({ cardFee, pgFee, operatorFee })) {
    if (!isOrdered(fee)) return refuse('invalid_input', `/${name}/capWon: below minWon`);
  }
  if (cardFee.bps + pgFee.bps + operatorFee.bps > 10_000) {
    return refuse('invalid_input', '/operatorFee/bps: the fees are more than the charge');
  }
  return checkScope(candidate, known);
}

/** The same for whatever is agreed in versions. */
export function checkScope(candidate: VersionScope, known: readonly VersionScope[]): Result<void> {
  const { validFrom, validTo, replaces } = candidate;
  if (known.length >= maxContractVersions) return refuse('too_large', `${maxContractVersions} versions`);
  if (validTo !== null && validTo < validFrom) return refuse('invalid_input', '/validTo: before validFrom');
  if (replaces !== null && !dropReplaced(known).some((each) => each.version === replaces)) {
    return refuse('invalid_input', '/replaces: no such version, or replaced already');
  }
  const others = dropReplaced([...known, candidate]).filter(
    (each) => each !== candidate && isSameScope(each, candidate),
  );
  const clash = others.find((each) => overlap(each, candidate));
  return clash === undefined ? accept(undefined) : refuse('contract_overlap', `version ${clash.version}`);
}

/**
 * Refuses with `invalid_input` a version that would begin on a day that may have payments already, or that replaces
 * one which has begun. `openDate` is the first business date that is not closed.
 */
export function checkNotBegun(
  candidate: ContractVersion,
  known: readonly ContractVersion[],
  openDate: BusinessDate,
): Result<void> {
  if (candidate.validFrom <= openDate) return refuse('invalid_input', `/validFrom: not after ${openDate}`);
  const replaced = known.find((each) => each.version === candidate.replaces);
  if (replaced !== undefined && replaced.validFrom <= openDate) {
    return refuse('invalid_input', `/replaces: begun on ${replaced.validFrom}`);
  }
  return accept(undefined);
}

const isSameScope = (a: VersionScope, b: VersionScope): boolean =>
  a.merchantId === b.merchantId && a.offerId === b.offerId && a.tender === b.tender;

/** An open end gives way to whatever begins later; two of the same first day never get along. */
function overlap(a: VersionScope, b: VersionScope): boolean {
  const [first, second] = a.validFrom <= b.validFrom ? [a, b] : [b, a];
  if (first.validFrom === second.validFrom) return true;
  return first.validTo !== null && second.validFrom <= first.validTo;
}
