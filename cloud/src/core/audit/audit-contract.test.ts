import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { splitTax, type TaxTerms } from '@scanpay/shared/tax/tax.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../approve/canonical-json.ts';
import { computeFees } from '../contract/compute-fees.ts';
import { contractOf } from '../contract/testing/contracts.ts';
import { findPinnedContract, findTaxFault } from './audit-contract.ts';

const merchantId = 'm-1' as MerchantId;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const chargedWon = won(12_345);

/** The finding for a sale under the contract, whose terminal was told of this tax; undefined: of none. */
function auditSale(contract: ContractVersion, told: TaxTerms | undefined, pinned = contract) {
  const digestOf = (of: ContractVersion) => sha256Base64Url(canonicalJson(of));
  const split = computeFees(chargedWon, contract, 'card');
  const said = { merchantId, tender: 'card', businessDate: '2026-11-23' as BusinessDate, split } as BookingEvidence;
  const approval = {
    ...{ contractVersion: 1, contractDigest: digestOf(pinned), offerId: 'o-1' as OfferId },
    ...(told && { tax: splitTax(chargedWon, told) }),
  } as Approval;
  const found = findPinnedContract(said, approval, [{ contract, digest: digestOf(contract), enteredAtMs: 1 }]);
  return 'fault' in found ? found.fault : findTaxFault(said, approval, found.contract);
}

describe('the tax of a sale in the audit', () => {
  it.each<TaxTerms>([{}, { taxation: 'exempt', vatType: 'general' }, { taxation: 'taxable', vatType: 'simplified' }])(
    'follows from its contract: %j',
    (tax) => {
      const contract = contractOf(merchantId, rates, tax as Partial<ContractVersion>);
      expect(auditSale(contract, tax)).toBeUndefined();
      expect(auditSale(contract, undefined)).toBeUndefined();
    },
  );

  it('is found where the terminal was told another', () => {
    expect(auditSale(contractOf(merchantId, rates), { taxation: 'exempt' })).toEqual({
      reason: 'tax-not-agreed',
      expected: '{"supplyWon":11223,"taxFreeWon":0,"taxation":"taxable","vatType":"general","vatWon":1122}',
      found: '{"supplyWon":0,"taxFreeWon":12345,"taxation":"exempt","vatType":"general","vatWon":0}',
    });
  });

  it('is bound by the digest: a contract that was made tax-free afterwards is another one', () => {
    const signed = contractOf(merchantId, rates);
    const altered = { ...signed, taxation: 'exempt' } as const;
    expect(auditSale(altered, { taxation: 'exempt' }, signed)).toMatchObject({ reason: 'contract-unknown' });
  });
});
