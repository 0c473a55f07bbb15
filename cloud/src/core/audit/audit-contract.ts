import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type { ContractEntry } from '../../ports/operator-store.ts';
import { canonicalJson } from '../approve/canonical-json.ts';
import { computeFees } from '../contract/compute-fees.ts';
import { findContractEntry } from '../contract/find-entry.ts';
import { isSameSplit } from '../settle/payment-course.ts';
import type { TermsFault } from './audit-discount.ts';
import { describeEvent } from './finding.ts';

/** A version that was pinned, or why nothing can be worked out by it. */
type Pinned = { contract: ContractVersion } | { fault: TermsFault };

/**
 * The version of the contract that a sale's signed approval pins: unchanged since, for the approval names its digest, and the
 * one in force for merchant, offer, tender and date.
 */
export function findPinnedContract(
  { merchantId, tender, businessDate }: BookingEvidence,
  { contractVersion, contractDigest, offerId }: Approval,
  entries: readonly ContractEntry[],
): Pinned {
  const name = `${merchantId} version ${contractVersion}`;
  const pinned = entries.find(({ contract }) => contract.version === contractVersion);
  if (merchantId === null || pinned === undefined) {
    return { fault: { reason: 'contract-unknown', expected: name, found: null } };
  }
  const digest = sha256Base64Url(canonicalJson(pinned.contract));
  if (digest !== contractDigest) {
    const expected = `${name}, digest ${contractDigest ?? 'in the signed approval'}`;
    return { fault: { reason: 'contract-unknown', expected, found: `digest ${digest}` } };
  }
  const inForce = findContractEntry(entries, { merchantId, offerId, tender, businessDate });
  if (inForce?.contract.version !== contractVersion) {
    const expected = inForce === undefined ? null : `version ${inForce.contract.version}`;
    return { fault: { reason: 'contract-not-in-force', expected, found: `version ${contractVersion}` } };
  }
  return { contract: pinned.contract };
}

/** Whether a charge was divided as agreed. Undefined: it was. */
export function findFeeFault(said: BookingEvidence, contract: ContractVersion): TermsFault | undefined {
  const divided = computeFees(said.split.chargedWon, contract, said.tender);
  if (isSameSplit(divided, said.split)) return undefined;
  const expected = describeEvent({ ...said, split: divided });
  return { reason: 'fee-not-agreed', expected, found: describeEvent(said) };
}

/** Whether a charge was taxed as agreed. Undefined: it was, or was approved before approvals said so. */
export function findTaxFault(
  { split }: BookingEvidence,
  { tax }: Approval,
  contract: ContractVersion,
): TermsFault | undefined {
  const taxed = canonicalJson(splitTax(split.chargedWon, contract));
  if (tax === undefined || canonicalJson(tax) === taxed) return undefined;
  return { reason: 'tax-not-agreed', expected: taxed, found: canonicalJson(tax) };
}
