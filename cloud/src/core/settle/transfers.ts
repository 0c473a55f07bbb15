import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { BankAccount, Transfer } from '../../ports/bank-transfer-file.ts';
import type { BookedTransfer, TransferReader } from '../../ports/transfer-reader.ts';

/** A date's transfers to merchants, in order of booking. */
export async function* readBookedTransfers(
  reader: TransferReader,
  businessDate: BusinessDate,
): AsyncGenerator<BookedTransfer> {
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<TransferReader['readTransfers']>> = await reader.readTransfers(businessDate, after);
    yield* page.transfers;
    after = page.next;
  } while (after !== null);
}

/** `스캔페이 1123`: 13 bytes of the 14 a passbook prints; the date is that of the transfer. */
const memoOf = (businessDate: BusinessDate): string => `스캔페이 ${businessDate.slice(5).replace('-', '')}`;

export function makeTransfer(booked: BookedTransfer, account: BankAccount, businessDate: BusinessDate): Transfer {
  return { ...booked, account, memo: memoOf(businessDate) };
}
