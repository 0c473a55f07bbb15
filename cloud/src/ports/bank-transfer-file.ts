import type { MerchantId, TransferId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';

/** An account at a Korean bank. Never logged, not even in part: a log names the merchant. */
export interface BankAccount {
  /** 금융기관 공동코드, three digits: 004 KB, 011 NH, 020 Woori, 088 Shinhan … */
  bankCode: string;
  /** Digits only, 7 to 16 of them. */
  accountNumber: string;
  /** 예금주, as the bank has it. */
  holder: string;
}

/** One credit to a merchant. */
export interface Transfer {
  merchantId: MerchantId;
  account: BankAccount;
  /** Above zero. */
  amountWon: Won;
  /** Names it in the operator's book. */
  transferId: TransferId;
  /** What the merchant reads in its passbook; cut to what the bank prints. */
  memo: string;
}

/**
 * The file with which the operator's bank is told to pay. The same transfers give the same bytes. It is written as it
 * is read, and holds no more than one transfer in memory.
 */
export interface BankTransferFile {
  /** With its charset. */
  contentType: string;
  /** Without the dot. */
  extension: string;
  write(transfers: AsyncIterable<Transfer>): AsyncIterable<Uint8Array>;
}
