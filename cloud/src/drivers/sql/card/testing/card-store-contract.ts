import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CardRules,
  cancelCardPayment,
  makeCardPayment,
  makeCardTombstone,
  reverseCardPayment,
} from '../../../../core/approve/card-payment.ts';
import { nowMs, paymentId, today, tomorrow } from '../../../../core/approve/testing/pg-fixtures.ts';
import type { CardStore } from '../../../../ports/card-store.ts';
import { ledgerMigrations } from '../../ledger/migrations.ts';
import type { TestBook, TestDatabase } from '../../testing/test-databases.ts';
import { createCardStore } from '../card-store.ts';
import { cardMigrations } from '../migrations.ts';
import type { CardTables } from '../tables.ts';

const rules: CardRules = {
  companyName: '한결카드',
  limitWon: won(3_000_000),
  cards: new Map(),
  agreements: [],
};
const charge = {
  cardToken: 'token',
  cardLast4: '1111',
  amountWon: won(12_300),
  merchantName: '속초 밥상',
  noticeMobile: '01012345678',
  businessDate: today,
};
const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
const request = { paymentId, requestHmac: 'hmac', charge };
const sale = makeCardPayment(
  request,
  { approvalNumber: '00000001', approvedAtMs: nowMs, cardFeeWon: won(221), contractVersion: 1 },
  rules,
);
const cancelBody = { cancelId, paymentId, amountWon: charge.amountWon, businessDate: today };
const nothing = { entry: null, notice: null };

/** What every card company's store must do. */
export function describeCardStore(database: TestDatabase): void {
  describe(`the card company's store on ${database.name}`, () => {
    let book: TestBook<CardTables>;
    let store: CardStore;
    let stores: CardStore[];
    let bookedKinds: () => Promise<string[]>;
    beforeEach(async () => {
      book = await database.create<CardTables>({ ...ledgerMigrations, ...cardMigrations });
      const db = await book.open();
      store = createCardStore(db);
      const rival = createCardStore(await book.openRival());
      stores = [store, rival, store, rival];
      bookedKinds = async () =>
        (await db.selectFrom('ledger_entries').select('kind').orderBy('seq').execute()).map(({ kind }) => kind);
    });
    afterEach(() => book.remove());
    const countTrue = async (acts: Promise<boolean>[]) => (await Promise.all(acts)).filter(Boolean).length;

    it('keeps a payment as it was written, and its notice until the gateway has it', async () => {
      expect(await store.addPayment(sale.payment, sale.booking, nowMs)).toBe(true);
      expect(await store.addPayment(sale.payment, sale.booking, nowMs)).toBe(false);
      expect(await store.findPayment(paymentId)).toEqual(sale.payment);
      expect(await store.nextNoticeDueMs()).toBe(nowMs);
      const [notice] = await store.listDueNotices(nowMs, 10);
      expect(notice).toEqual({ ...sale.booking.notice, failures: 0 });
      await store.postponeNotice(notice!.noticeId, nowMs + 5);
      expect(await store.listDueNotices(nowMs, 10)).toEqual([]);
      expect(await store.listDueNotices(nowMs + 5, 10)).toMatchObject([{ failures: 1 }]);
      await store.postponeNotice(notice!.noticeId, null);
      expect(await store.nextNoticeDueMs()).toBeUndefined();
      await store.removeNotices([]);
      await store.removeNotices([notice!.noticeId]);
      expect(await store.listDueNotices(nowMs + 99, 10)).toEqual([]);
    });

    it('keeps a tombstone and a decline as such', async () => {
      const tombstone = makeCardTombstone(paymentId);
      await store.addPayment(tombstone, nothing, nowMs);
      expect(await store.findPayment(paymentId)).toEqual(tombstone);
      const other = '019ab0c0-0000-7000-8000-00000000000b' as PaymentId;
      const declined = makeCardPayment({ ...request, paymentId: other }, { declineCode: 'card_declined' }, rules);
      await store.addPayment(declined.payment, declined.booking, nowMs);
      expect(await store.findPayment(other)).toEqual(declined.payment);
      expect(await bookedKinds()).toEqual([]);
    });

    it('books nothing on a closed date, and leaves no trace of the try', async () => {
      await store.addPayment(sale.payment, sale.booking, nowMs);
      expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ ok: true });
      expect(await store.closeBusinessDate(today, nowMs)).toMatchObject({ ok: true });
      const late = reverseCardPayment(sale.payment, today, nowMs, rules)!;
      await expect(store.savePayment(late.payment, late.booking, nowMs)).rejects.toMatchObject({ code: 'date_closed' });
      expect(await store.findPayment(paymentId)).toEqual(sale.payment);
      const step = reverseCardPayment(sale.payment, tomorrow, nowMs, rules)!;
      expect(await store.savePayment(step.payment, step.booking, nowMs)).toBe(true);
      expect(await bookedKinds()).toEqual(['sale', 'reversal']);
    });

    it('writes, reverses or cancels a payment once when asked at once', async () => {
      expect(await countTrue(stores.map((each) => each.addPayment(sale.payment, sale.booking, nowMs)))).toBe(1);
      const cancelled = cancelCardPayment(sale.payment, cancelBody, nowMs, rules);
      const reversed = reverseCardPayment(sale.payment, today, nowMs, rules)!;
      const acts = stores.map((each, n) =>
        n < 2
          ? each.addCancel(cancelled.cancel, cancelled.payment, cancelled.booking, nowMs)
          : each.savePayment(reversed.payment, reversed.booking, nowMs),
      );
      expect(await countTrue(acts)).toBe(1);
      const isCancelled = (await store.findCancel(cancelId)) !== undefined;
      expect(await bookedKinds()).toEqual(['sale', isCancelled ? 'cancel' : 'reversal']);
      expect(await store.findPayment(paymentId)).toEqual(isCancelled ? cancelled.payment : reversed.payment);
      expect(await store.listDueNotices(nowMs, 10)).toHaveLength(2);
    });
  });
}
