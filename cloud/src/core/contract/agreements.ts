import type { FeeTerms } from '@scanpay/shared/api/contract.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { checkScope } from './check-version.ts';
import type { VersionScope } from './find-version.ts';

/** One version of what the PG agreed: what the card company takes from it, and what it takes itself. */
export interface PgAgreement extends VersionScope {
  cardFee: FeeTerms;
  pgFee: FeeTerms;
}

/** One version of what the card company agreed with the PG. */
export interface CardAgreement extends VersionScope {
  cardFee: FeeTerms;
}

/** @throws ScanPayError `configuration` for a number used twice, and for versions that overlap or end before they begin. */
export function checkAgreements<V extends VersionScope>(versions: readonly V[]): readonly V[] {
  for (const [index, version] of versions.entries()) {
    const before = versions.slice(0, index);
    const name = `contract version ${version.version}`;
    if (before.some((each) => each.version === version.version))
      throw new ScanPayError('configuration', `${name} twice`);
    const checked = checkScope(version, before);
    if (!checked.ok) throw new ScanPayError('configuration', `${name}: ${checked.code} ${checked.detail}`);
  }
  return versions;
}
