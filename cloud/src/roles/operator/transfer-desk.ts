import { type BusinessDate, businessDateAt, type Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import { makeTransfer, readBookedTransfers } from '../../core/settle/transfers.ts';
import type { Merchants } from '../../core/verify/merchants.ts';
import type { Transfer } from '../../ports/bank-transfer-file.ts';
import type { TransferReader } from '../../ports/transfer-reader.ts';

/** What the bank is to be told to pay for the transfers booked on a date. */
export interface TransferDesk {
  /**
   * Codes: date_not_closed: the date is not over, and a file handed out now would pay a second time what the next one
   * has too; bank_account_missing, with the merchants: nothing is left out, for a file that grew later would pay the
   * others twice.
   */
  open(businessDate: BusinessDate): Promise<Result<AsyncIterable<Transfer>>>;
}

export interface TransferDeskDeps {
  reader: TransferReader;
  merchants: Pick<Merchants, 'find'>;
  clock: Clock;
}

/** A transfer carries the time at which it was decided on; it is in the book a moment later. */
const bookingLagMs = 5 * 60_000;
/** Merchants named in a refusal. */
const maxNamed = 10;

export function createTransferDesk({ reader, merchants, clock }: TransferDeskDeps): TransferDesk {
  async function* readTransfers(businessDate: BusinessDate): AsyncGenerator<Transfer> {
    for await (const booked of readBookedTransfers(reader, businessDate)) {
      const account = merchants.find(booked.merchantId)?.bankAccount;
      if (account === undefined) throw new ScanPayError('bank_account_missing', booked.merchantId);
      yield makeTransfer(booked, account, businessDate);
    }
  }
  return {
    async open(businessDate) {
      if (businessDate >= businessDateAt(clock.nowMs() - bookingLagMs)) {
        return refuse('date_not_closed', `transfers of ${businessDate} may still be booked`);
      }
      const missing: string[] = [];
      for await (const { merchantId } of readBookedTransfers(reader, businessDate)) {
        const isMissing = merchants.find(merchantId)?.bankAccount === undefined;
        if (isMissing && !missing.includes(merchantId)) missing.push(merchantId);
        if (missing.length === maxNamed) break;
      }
      if (missing.length > 0) return refuse('bank_account_missing', missing.join(', '));
      return accept(readTransfers(businessDate));
    },
  };
}
