import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import { makeStatementLines } from '@scanpay/shared/settlement/statement.ts';
import { splitRefundTax, splitTax, type TaxTerms } from '@scanpay/shared/tax/tax.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTestDatabases } from '../testing/test-databases.ts';
import { createStatementTaxReader } from './statement-tax-reader.ts';
import {
  approval,
  bodyOf,
  cancelOf,
  couponId,
  day,
  entryOf,
  merchantId,
  next,
  numberedBasis,
  openOperatorBook,
  split,
  terms,
} from './testing/operator-fixtures.ts';

const terminal = { deviceId: 'box-1' as DeviceId, merchantId, payoutDate: null };

describe.each(useTestDatabases())('the tax behind a statement on $name', (database) => {
  let book: Awaited<ReturnType<typeof openOperatorBook>>;
  beforeEach(async () => {
    book = await openOperatorBook(database);
    await book.store.putPreRegistration(bodyOf(couponId, 'box', 9), 'h', 1);
  });
  afterEach(() => book.remove());

  async function sell(n: number, taxTerms: TaxTerms, payoutDate: BusinessDate | null = null): Promise<PaymentId> {
    const payment = numberedBasis(n);
    await book.store.acceptRequest(payment, { ...terms, tax: splitTax(split.chargedWon, taxTerms) }, day, 1);
    const entry = { ...entryOf('sale', day, payment), payoutDate };
    await book.store.approve(payment.paymentId, approval, 'r', entry, 2);
    return payment.paymentId;
  }
  const eventOf = (kind: 'sale' | 'cancel' | 'reversal', paymentId: PaymentId, cancelId: CancelId | null = null) =>
    ({ kind, tender: 'card', paymentId, cancelId, split }) as const;

  it('is that of one payout date, where a date of a terminal has several', async () => {
    const reader = createStatementTaxReader(book.db);
    await sell(1, {}, day);
    await sell(2, { taxation: 'exempt' }, next);
    expect(await reader.sumTax({ ...terminal, payoutDate: day }, day)).toEqual({
      supplyWon: 910,
      vatWon: 90,
      taxFreeWon: 0,
    });
    expect(await reader.sumTax({ ...terminal, payoutDate: next }, day)).toMatchObject({ taxFreeWon: 1_000, vatWon: 0 });
    expect(await reader.sumTax(terminal, day)).toEqual({ supplyWon: 0, vatWon: 0, taxFreeWon: 0 });
  });

  it('is what slips said of sales, less what they said of refunds and of what never happened', async () => {
    const reader = createStatementTaxReader(book.db);
    expect(await reader.sumTax(terminal, day)).toEqual({ supplyWon: 0, vatWon: 0, taxFreeWon: 0 });
    const taxable = await sell(1, {});
    const exempt = await sell(2, { taxation: 'exempt' });
    const simplified = await sell(3, { vatType: 'simplified' });
    expect(await reader.sumTax(terminal, day)).toEqual({ supplyWon: 1_910, vatWon: 90, taxFreeWon: 1_000 });

    const cancel = { ...cancelOf('c-1'), paymentId: taxable };
    await book.store.beginCancel(cancel, nothingRefunded, day, 3);
    const entry = { ...entryOf('cancel'), paymentId: taxable };
    const end = { entry, refunded: { refundedWon: split.chargedWon, refundCount: 1 } };
    const tax = splitRefundTax({}, won(0), split.chargedWon);
    await book.store.finishCancel({ ...cancel, businessDate: day }, 'r', { ...end, tax }, 4);
    await book.store.beginReversal(exempt, 'approved', 'j', next, 5);
    const reversed = { state: 'reversed', declineCode: null, resultJws: 'r' } as const;
    const payment = (await book.store.findPayment(exempt))!;
    await book.store.finishReversal(payment, reversed, entryOf('reversal', next, { ...payment }), 6);

    expect(await reader.sumTax(terminal, day)).toEqual({ supplyWon: 1_000, vatWon: 0, taxFreeWon: 1_000 });
    expect(await reader.sumTax(terminal, next)).toEqual({ supplyWon: 0, vatWon: 0, taxFreeWon: -1_000 });
    expect(await reader.sumTax({ ...terminal, deviceId: 'box-2' as DeviceId }, day)).toMatchObject({ supplyWon: 0 });

    const events = [
      eventOf('sale', taxable),
      eventOf('cancel', taxable, 'c-1' as CancelId),
      eventOf('sale', exempt),
      eventOf('reversal', exempt),
      eventOf('sale', simplified),
      eventOf('sale', 'p-none' as PaymentId),
    ];
    // Each by itself: on one date the reversed sale would be no line at all.
    const lines = events.flatMap((event) => makeStatementLines('S15', [event]));
    expect(await reader.readLineTax(lines)).toEqual([
      { supplyWon: 910, vatWon: 90, taxFreeWon: 0 },
      { supplyWon: -910, vatWon: -90, taxFreeWon: 0 },
      { supplyWon: 0, vatWon: 0, taxFreeWon: 1_000 },
      { supplyWon: 0, vatWon: 0, taxFreeWon: -1_000 },
      { supplyWon: 1_000, vatWon: 0, taxFreeWon: 0 },
      undefined,
    ]);
    expect(await reader.readLineTax([])).toEqual([]);
  });
});
