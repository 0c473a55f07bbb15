import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type { ContractEntry } from '../../ports/operator-store.ts';
import { canonicalJson } from '../approve/canonical-json.ts';
import { computeFees } from '../contract/compute-fees.ts';
import { findContractEntry } from '../contract/find-entry.ts';
import { isSameSplit } from '../settle/payment-course.ts';
import { describeEvent, type EvidenceFinding } from './finding.ts';

type ContractFault = Pick<EvidenceFinding, 'reason' | 'expected' | 'found'>;

/**
 * Whether a sale was divided as agreed: by the version of the contract that its signed approval pins, unchanged since (its
 * digest tells), and the one in force for merchant, offer, tender and date; and taxed by it. Undefined: it was.
 */
export function findContractFault(
  said: BookingEvidence,
  { contractVersion, contractDigest, offerId, tax }: Approval,
  entries: readonly ContractEntry[],
): ContractFault | undefined {
  const { merchantId, tender, businessDate, split } = said;
  if (merchantId === null) return undefined;
  const pinned = entries.find(({ contract }) => contract.version === contractVersion);
  const name = `${merchantId} version ${contractVersion}`;
  if (pinned === undefined) return { reason: 'contract-unknown', expected: name, found: null };
  const digest = sha256Base64Url(canonicalJson(pinned.contract));
  if (contractDigest !== undefined && digest !== contractDigest) {
    return { reason: 'contract-unknown', expected: `${name}, digest ${contractDigest}`, found: `digest ${digest}` };
  }
  const inForce = findContractEntry(entries, { merchantId, offerId, tender, businessDate });
  if (inForce?.contract.version !== contractVersion) {
    const expected = inForce === undefined ? null : `version ${inForce.contract.version}`;
    return { reason: 'contract-not-in-force', expected, found: `version ${contractVersion}` };
  }
  const divided = computeFees(split.chargedWon, pinned.contract, tender);
  if (!isSameSplit(divided, split)) {
    const expected = describeEvent({ ...said, split: divided });
    return { reason: 'fee-not-agreed', expected, found: describeEvent(said) };
  }
  // Approvals of before said nothing of it.
  const taxed = canonicalJson(splitTax(split.chargedWon, pinned.contract));
  if (tax === undefined || canonicalJson(tax) === taxed) return undefined;
  return { reason: 'tax-not-agreed', expected: taxed, found: canonicalJson(tax) };
}
