import type { CashReceiptNote } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { nothingRefunded } from '@scanpay/shared/settlement/refund-limit.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../../testing/test-databases.ts';
import {
  approval,
  basis,
  bodyOf,
  cancelOf,
  couponId,
  day,
  entryOf,
  openOperatorBook,
  split,
  terms,
} from './operator-fixtures.ts';

type Book = Awaited<ReturnType<typeof openOperatorBook>>;
const note: CashReceiptNote = { purpose: 'income-deduction', numberMasked: '010-****-1234', selfIssued: false };
const { paymentId } = basis;
const issueId = `issue/${paymentId}`;
const issued = { state: 'issued', approvalNumber: '123456789', approvedOn: '2026-11-23' as BusinessDate } as const;

/** What every operator's store must do with the queue of cash receipts. */
export function describeCashReceiptStore(database: TestDatabase): void {
  let book: Book;
  let store: Book['store'];
  beforeEach(async () => {
    book = await openOperatorBook(database);
    ({ store } = book);
    await store.putPreRegistration(bodyOf(couponId), 'h', 1);
    await store.acceptRequest({ ...basis, tender: 'cash' }, terms, day, 1);
  });
  afterEach(() => book.remove());
  const approve = () => store.approve(paymentId, approval, 'r', entryOf('sale'), 10, note);
  const states = async () =>
    (await store.listReceiptOrders(paymentId)).map(({ orderId, state, amountWon }) => [orderId, state, amountWon]);
  async function refund(): Promise<void> {
    const cancel = cancelOf('c-1');
    await store.beginCancel(cancel, nothingRefunded, day, 20);
    const refunded = { refundedWon: split.chargedWon, refundCount: 1 };
    const stored = (await store.findCancel(cancel.cancelId))!;
    await store.finishCancel(stored, 'r', { entry: entryOf('cancel'), refunded, tax: terms.tax }, 21);
  }

  describe(`cash receipts on ${database.name}`, () => {
    it('enter the queue with the approval, or not at all', async () => {
      const unbalanced = { ...entryOf('sale'), postings: entryOf('sale').postings.slice(1) };
      await expect(store.approve(paymentId, approval, 'r', unbalanced, 2, note)).rejects.toThrow('balance');
      expect(await store.nextReceiptDueMs()).toBeUndefined();
      await approve();
      expect(await store.nextReceiptDueMs()).toBe(10);
      expect(await store.listDueReceipts(9, 10)).toEqual([]);
      expect(await store.listDueReceipts(10, 10)).toMatchObject([
        { orderId: issueId, kind: 'issue', cancelId: null, amountWon: 1_000, chargedWon: 1_000, tries: 0, ...note },
      ]);
    });

    it('are due again after a try, counted before it, and end once', async () => {
      await approve();
      await store.noteReceiptTry(issueId, 50, 11);
      expect(await store.listDueReceipts(49, 10)).toEqual([]);
      expect(await store.findReceiptOrder(issueId)).toMatchObject({ tries: 1 });
      expect(await store.endReceipt(issueId, issued, 12)).toMatchObject({ ...issued, changedAtMs: 12 });
      expect(await store.endReceipt(issueId, { state: 'dropped' }, 13)).toBeUndefined();
      expect(await store.nextReceiptDueMs()).toBeUndefined();
      expect(await (await book.reopen()).findReceiptOrder(issueId)).toMatchObject(issued);
    });

    it('end once also for two workers at once', async () => {
      await approve();
      const ends = await Promise.all([store, book.rival].map((each) => each.endReceipt(issueId, issued, 12)));
      expect(ends.filter((end) => end !== undefined)).toHaveLength(1);
    });

    it('have their cancellation queued with a refund, due as soon as the receipt has ended', async () => {
      await approve();
      await refund();
      expect(await states()).toEqual([
        [issueId, 'requested', 1_000],
        ['cancel/c-1', 'requested', 1_000],
      ]);
      await store.postponeReceipt('cancel/c-1', 9_999);
      await store.endReceipt(issueId, issued, 30);
      expect(await store.listDueReceipts(30, 10)).toMatchObject([
        { orderId: 'cancel/c-1', cancelId: 'c-1' as CancelId, cancelledBeforeWon: won(0) },
      ]);
    });

    it('have their cancellation queued with a reversal; a payment without one has none', async () => {
      await approve();
      await store.beginReversal(paymentId, 'approved', 'j', day, 20);
      const reversing = (await store.findPayment(paymentId))!;
      const end = { state: 'reversed', declineCode: null, resultJws: 'r' } as const;
      await store.finishReversal(reversing, end, entryOf('reversal'), 21);
      expect((await states()).map(([id]) => id)).toEqual([issueId, `reversal/${paymentId}`]);
    });

    it('that failed are listed, and tried again with what was dropped for them', async () => {
      await approve();
      await refund();
      expect(await store.countReceipts()).toEqual({ waiting: 2, failed: 0 });
      await store.endReceipt(issueId, { state: 'failed', code: 'cash_receipt_refused' }, 30);
      expect(await store.countReceipts()).toEqual({ waiting: 1, failed: 1 });
      await store.endReceipt('cancel/c-1', { state: 'dropped' }, 31);
      expect(await store.listFailedReceipts(10)).toMatchObject([{ orderId: issueId, code: 'cash_receipt_refused' }]);
      expect(await store.retryReceipt('cancel/c-1', 40)).toBe(false);
      expect(await store.retryReceipt(issueId, 40)).toBe(true);
      expect((await states()).map(([, state]) => state)).toEqual(['requested', 'requested']);
      expect(await store.retryReceipt(issueId, 41)).toBe(false);
    });
  });
}
