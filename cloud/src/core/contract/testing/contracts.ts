/** Contracts for tests: plain rates, in force for as long as any test plays. */
import type { ContractDraft, ContractVersion, FeeTerms } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { FeeRates } from '@scanpay/shared/money.ts';
import { won } from '@scanpay/shared/money.ts';

export const feeOf = (bps: number): FeeTerms => ({ bps, minWon: won(0), capWon: null });

/** For every offer and tender of a merchant, from long ago, without end; taxed, and paid on the next banking day. */
export function contractOf(
  merchantId: MerchantId,
  rates: FeeRates,
  differing: Partial<ContractVersion> = {},
): ContractVersion & ContractDraft {
  return {
    merchantId,
    version: 1,
    offerId: null,
    tender: null,
    validFrom: '2020-01-01' as BusinessDate,
    validTo: null,
    replaces: null,
    cardFee: feeOf(rates.cardFeeBps),
    pgFee: feeOf(rates.pgFeeBps),
    operatorFee: feeOf(rates.operatorFeeBps),
    discount: null,
    settlementCycle: { kind: 'daily', bankingDays: 1 },
    taxation: 'taxable',
    vatType: 'general',
    ...differing,
  };
}
