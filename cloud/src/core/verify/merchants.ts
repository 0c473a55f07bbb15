import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { BankAccount } from '../../ports/bank-transfer-file.ts';

/** A merchant the operator works with; what was agreed with it is in its contracts. */
export interface Merchant {
  merchantId: MerchantId;
  /** As the card company's notice and the receipt show it; 1 to 60 characters. */
  name: string;
  /** 사업자등록번호, `123-45-67890`. */
  businessNumber: string;
  /** Where it is paid; undefined: none on record, and no transfer file is made that would have to pay it. */
  bankAccount?: BankAccount | undefined;
  /** 자진발급: every cash sale gets a cash receipt, also where the customer names nobody. */
  selfIssuesCashReceipts?: boolean;
}

export interface Merchants {
  find(merchantId: MerchantId): Merchant | undefined;
  list(): readonly Merchant[];
}

/** @throws ScanPayError `configuration` for a merchant named twice, or a name that fits no approval. */
export function createMerchants(merchants: Iterable<Merchant>): Merchants {
  const byId = new Map<MerchantId, Merchant>();
  for (const merchant of merchants) {
    const { merchantId, name } = merchant;
    if (name.length < 1 || name.length > 60) throw new ScanPayError('configuration', `${merchantId}: name`);
    if (byId.has(merchantId)) throw new ScanPayError('configuration', `${merchantId} twice`);
    byId.set(merchantId, merchant);
  }
  return { find: (merchantId) => byId.get(merchantId), list: () => [...byId.values()] };
}
