import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import type { BankAccount, Transfer } from '../../ports/bank-transfer-file.ts';
import type { BookedPayout, PayoutKey, PayoutReader } from '../../ports/payout-reader.ts';

/** What one merchant is to get in all of a date's payouts. */
export interface MerchantTotal {
  merchantId: BookedPayout['merchantId'];
  statementIds: BookedPayout['statementId'][];
  amountWon: Won;
}

/**
 * A date's payouts by merchant, in order, those with something to get: what one of its terminals owes is taken off what
 * another one is owed, as within a statement ([0048]). A merchant that owes in all gets nothing by this way.
 */
export async function* readMerchantTotals(
  reader: PayoutReader,
  businessDate: BusinessDate,
): AsyncGenerator<MerchantTotal> {
  let total = null as MerchantTotal | null;
  let after: PayoutKey | null = null;
  do {
    const page: Awaited<ReturnType<PayoutReader['readPayouts']>> = await reader.readPayouts(businessDate, after);
    for (const { merchantId, statementId, amountWon } of page.payouts) {
      if (total?.merchantId !== merchantId) {
        if (total !== null && total.amountWon > 0) yield total;
        total = { merchantId, statementIds: [], amountWon: won(0) };
      }
      total.statementIds.push(statementId);
      total.amountWon = won(total.amountWon + amountWon);
    }
    after = page.next;
  } while (after !== null);
  if (total !== null && total.amountWon > 0) yield total;
}

/** `스캔페이 1123`: 13 bytes of the 14 a passbook prints; the date is that of the payout. */
const memoOf = (businessDate: BusinessDate): string => `스캔페이 ${businessDate.slice(5).replace('-', '')}`;

export function makeTransfer(total: MerchantTotal, account: BankAccount, businessDate: BusinessDate): Transfer {
  return { ...total, account, memo: memoOf(businessDate) };
}
