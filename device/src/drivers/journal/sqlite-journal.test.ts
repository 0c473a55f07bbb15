import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addBusinessDays } from '@scanpay/shared/clock.ts';
import type { DeviceId, StatementId } from '@scanpay/shared/ids.ts';
import { splitRefund, won } from '@scanpay/shared/money.ts';
import type { SaleReceipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeSaleReceipt } from '../../core/receipts/make-receipt.ts';
import type { Journal, JournalChange, OpenPayment, StatementRecord } from '../../ports/journal.ts';
import {
  approval,
  cancelIdOf,
  cardSale,
  merchantId,
  noonMs,
  paymentIdOf,
  today,
} from '../../testing/terminal-samples.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

const barcode = 'SP1:SECRET-BARCODE-WITH-A-SEALED-CARD';
let folder: string;
let path: string;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'box.sqlite');
  journal = openSqliteJournal(path);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const reopen = (): void => {
  journal.close();
  journal = openSqliteJournal(path);
};

function openPayment(serial: number): OpenPayment {
  const paymentId = paymentIdOf(serial);
  return {
    paymentId,
    phase: 'sent',
    request: {
      paymentId,
      merchantId,
      coupon: { kind: 'barcode', couponId: '00112233aabbccdd' as never, barcodeSha256: 'A'.repeat(43) },
      ...cardSale,
      expiresAtMs: noonMs + 10_000,
    },
    requestJws: `jws-${serial}`,
    confirmJws: null,
    barcode,
    recheckFields: [],
    openedAtMs: noonMs + serial,
  };
}

const receipt: SaleReceipt = makeSaleReceipt(
  {
    deviceId: 'box-1' as DeviceId,
    merchant: { merchantId, name: '해녀의 집', businessNumber: '123-45-67890' },
    receiptNo: '1',
  },
  paymentIdOf(1),
  approval,
);
const approve: JournalChange[] = [
  { op: 'close-payment', paymentId: paymentIdOf(1), outcome: { kind: 'approved', approval }, atMs: noonMs + 900 },
  { op: 'queue-receipt', receipt, atMs: noonMs + 900 },
];

it('gives back after a restart exactly what was open', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  const fields = [{ name: 'headcount', requested: 2, registered: 3 }] as const;
  journal.commit([{ op: 'set-phase', paymentId: paymentIdOf(1), phase: 'recheck', recheckFields: [...fields] }]);
  journal.commit([{ op: 'set-phase', paymentId: paymentIdOf(1), phase: 'confirming', confirmJws: 'confirm' }]);
  journal.commit([{ op: 'set-phase', paymentId: paymentIdOf(1), phase: 'unknown' }]);
  reopen();
  expect(journal.openPayments()).toEqual([{ ...openPayment(1), phase: 'unknown', confirmJws: 'confirm' }]);
});

it('closes a payment together with its receipt, and erases the barcode from every file', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  journal.commit(approve);
  expect(journal.openPayments()).toEqual([]);
  expect(journal.findPayment(paymentIdOf(1))).toMatchObject({ state: 'approved', approval });
  expect(journal.nextReceipt()).toEqual({ receiptId: 1, receipt, state: 'queued' });
  journal.close();
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(barcode)).toBe(false);
  journal = openSqliteJournal(path);
});

it('commits all changes or none', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  const impossible: JournalChange = { op: 'set-phase', paymentId: paymentIdOf(2), phase: 'unknown' };
  expect(() => journal.commit([...approve, impossible])).toThrow('changed nothing');
  expect(journal.openPayments()).toHaveLength(1);
  expect(journal.nextReceipt()).toBeNull();
});

it('refuses the same payment twice, and to close it twice', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  expect(() => journal.commit([{ op: 'open-payment', payment: openPayment(1) }])).toThrow();
  journal.commit(approve);
  expect(() => journal.commit(approve)).toThrow('changed nothing');
});

it('books a sale and its cancel on their dates', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  journal.commit(approve);
  const cancelId = cancelIdOf(1);
  const cancel = { cancelId, paymentId: paymentIdOf(1), amountWon: won(45_000), cancelJws: 'c', openedAtMs: noonMs };
  journal.commit([{ op: 'open-cancel', cancel }]);
  reopen();
  expect(journal.openCancels()).toEqual([cancel]);
  const payoutDate = addBusinessDays(today, 7);
  const outcome = { kind: 'cancelled', cancelledAtMs: noonMs, businessDate: today, payoutDate } as const;
  journal.commit([{ op: 'close-cancel', cancelId, outcome, atMs: noonMs + 2_000 }]);
  expect(journal.openCancels()).toEqual([]);
  expect(journal.findPayment(paymentIdOf(1))?.state).toBe('cancelled');
  const { tender, split } = approval;
  const paymentId = paymentIdOf(1);
  expect(journal.bookedEvents(today)).toEqual([
    { kind: 'sale', tender, paymentId, cancelId: null, split, payoutDate: approval.payoutDate },
    { kind: 'cancel', tender, paymentId, cancelId, split, payoutDate },
  ]);
});

it('keeps no payout date where the operator told none', () => {
  const { payoutDate: _, ...told } = approval;
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  const outcome = { kind: 'approved', approval: told } as const;
  journal.commit([{ op: 'close-payment', paymentId: paymentIdOf(1), outcome, atMs: noonMs }]);
  expect(journal.bookedEvents(today)).toMatchObject([{ kind: 'sale', payoutDate: null }]);
});

it('books every part of a refund on its own date, with its own part of the split', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  journal.commit(approve);
  const paymentId = paymentIdOf(1);
  const tomorrow = addBusinessDays(today, 1);
  const refund = (
    serial: number,
    amount: number,
    businessDate = today,
    kind: 'cancelled' | 'declined' = 'cancelled',
  ) => {
    const cancelId = cancelIdOf(serial);
    const cancel = { cancelId, paymentId, amountWon: won(amount), cancelJws: 'c', openedAtMs: noonMs };
    const outcome =
      kind === 'cancelled' ? { kind, cancelledAtMs: noonMs, businessDate } : ({ kind, code: 'refund_window' } as const);
    journal.commit([{ op: 'open-cancel', cancel }]);
    journal.commit([{ op: 'close-cancel', cancelId, outcome, atMs: noonMs }]);
  };
  refund(1, 1);
  refund(2, 20_000, today, 'declined');
  refund(3, 20_000, tomorrow);
  reopen();
  const partly = journal.findPayment(paymentId);
  expect(partly).toMatchObject({ state: 'approved', refunded: { refundedWon: 20_001, refundCount: 2 } });
  expect(journal.refundablePayment('00112233aabbccdd' as never)).toEqual(partly);
  expect(journal.couponUses('00112233aabbccdd' as never)).toHaveLength(1);
  refund(4, 24_999, tomorrow);
  expect(journal.findPayment(paymentId)?.state).toBe('cancelled');
  expect(journal.refundablePayment('00112233aabbccdd' as never)).toBeNull();
  const splits = [today, tomorrow].flatMap((date) =>
    journal.bookedEvents(date).flatMap((event) => (event.kind === 'cancel' ? [event.split] : [])),
  );
  const { split } = approval;
  expect(splits).toEqual([
    splitRefund(split, won(0), won(1)),
    splitRefund(split, won(1), won(20_000)),
    splitRefund(split, won(20_001), won(24_999)),
  ]);
});

it('books on both dates what was reversed after the day of its sale, and holds no use for it', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  const paymentId = paymentIdOf(1);
  const { split } = approval;
  const reversalDate = addBusinessDays(today, 1);
  const dates = { saleDate: today, reversalDate };
  const [salePayoutDate, reversalPayoutDate] = [addBusinessDays(today, 3), addBusinessDays(today, 5)];
  const stated = { split, ...dates, salePayoutDate, reversalPayoutDate };
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'reversed', stated }, atMs: noonMs }]);
  reopen();
  const line = { tender: 'card', paymentId, cancelId: null, split };
  expect(journal.bookedEvents(today)).toEqual([{ kind: 'sale', ...line, payoutDate: salePayoutDate }]);
  expect(journal.bookedEvents(reversalDate)).toEqual([{ kind: 'reversal', ...line, payoutDate: reversalPayoutDate }]);
  expect(journal.findPayment(paymentId)).toMatchObject({ state: 'reversed', approval: null });
  expect(journal.couponUses('00112233aabbccdd' as never)).toEqual([]);
});

it('books nothing of a payment that was reversed on its own date', () => {
  journal.commit([{ op: 'open-payment', payment: openPayment(1) }]);
  const paymentId = paymentIdOf(1);
  journal.commit([{ op: 'close-payment', paymentId, outcome: { kind: 'reversed' }, atMs: noonMs }]);
  expect(journal.bookedEvents(today)).toEqual([]);
});

it('prints in order and remembers what was under way', () => {
  journal.commit([{ op: 'queue-receipt', receipt, atMs: noonMs }]);
  journal.commit([{ op: 'queue-receipt', receipt, atMs: noonMs }]);
  journal.commit([{ op: 'set-receipt', receiptId: 1, state: 'printing' }]);
  reopen();
  expect(journal.nextReceipt()).toMatchObject({ receiptId: 1, state: 'printing' });
  journal.commit([{ op: 'set-receipt', receiptId: 1, state: 'printed' }]);
  expect(journal.nextReceipt()).toMatchObject({ receiptId: 2, state: 'queued' });
  expect(journal.countWaitingReceipts()).toBe(1);
  expect(journal.countReceiptsSince(noonMs)).toBe(2);
  expect(journal.countReceiptsSince(noonMs + 1)).toBe(0);
});

it('keeps an answer to a statement until the operator acknowledges it', () => {
  const statementId = paymentIdOf(7) as unknown as StatementId;
  const parties = { hop: 'S15', sender: 'operator', receiver: merchantId, deviceId: 'box-1' as DeviceId } as const;
  const event = {
    kind: 'sale',
    tender: 'card',
    paymentId: paymentIdOf(1),
    cancelId: null,
    split: approval.split,
  } as const;
  const { statement, lines } = makeStatement({ statementId, ...parties, businessDate: today, events: [event] });
  const record = {
    statement,
    sha256: 'B'.repeat(43),
    state: 'presented',
    faults: [],
    answer: null,
    receivedAtMs: noonMs,
    settled: [],
    accepting: [],
  } satisfies StatementRecord;
  journal.commit([{ op: 'store-statement', record: { ...record, faults: [] }, lines }]);
  expect(journal.unacknowledgedAnswers()).toEqual([]);
  journal.commit([{ op: 'answer-statement', statementId, answer: 'approved' }]);
  reopen();
  expect(journal.unacknowledgedAnswers()).toEqual([{ ...record, answer: 'approved' }]);
  journal.commit([{ op: 'set-statement', statementId, state: 'paid' }]);
  expect(journal.unacknowledgedAnswers()).toEqual([]);
  expect(journal.findStatement(statementId)?.state).toBe('paid');
  expect(journal.statementLines(statementId)).toEqual(lines);
});
