import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { FeeRates } from '@scanpay/shared/money.ts';

/** The operator's contract with one merchant. */
export interface MerchantContract extends FeeRates {
  merchantId: MerchantId;
  /** As the card company's notice and the receipt show it; 1 to 60 characters. */
  name: string;
  /** 사업자등록번호, `123-45-67890`. */
  businessNumber: string;
  /** Counts up with every change; printed into each approval. */
  version: number;
}

export interface MerchantContracts {
  find(merchantId: MerchantId): MerchantContract | undefined;
  list(): readonly MerchantContract[];
}

function assertUsable(contract: MerchantContract): void {
  const { merchantId, name, version } = contract;
  const feeBps = contract.cardFeeBps + contract.pgFeeBps + contract.operatorFeeBps;
  if (feeBps > 10_000) throw new ScanPayError('configuration', `${merchantId}: the fees are more than the charge`);
  if (name.length < 1 || name.length > 60) throw new ScanPayError('configuration', `${merchantId}: name`);
  if (!Number.isInteger(version) || version < 1) throw new ScanPayError('configuration', `${merchantId}: version`);
}

/** @throws ScanPayError `configuration` for two contracts of one merchant, or one that cannot be kept. */
export function createMerchantContracts(contracts: Iterable<MerchantContract>): MerchantContracts {
  const byMerchant = new Map<MerchantId, MerchantContract>();
  for (const contract of contracts) {
    assertUsable(contract);
    if (byMerchant.has(contract.merchantId)) {
      throw new ScanPayError('configuration', `two contracts of ${contract.merchantId}`);
    }
    byMerchant.set(contract.merchantId, contract);
  }
  return { find: (merchantId) => byMerchant.get(merchantId), list: () => [...byMerchant.values()] };
}
