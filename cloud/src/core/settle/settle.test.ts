import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, MerchantId, PaymentId, StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { basisPoints, type Split, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import type { BookedEvent, Hop, Statement } from '@scanpay/shared/settlement/statement.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account, Company, PaymentEntry, Posting } from '../../ports/ledger.ts';
import { receivedHop, sentHop } from './hops.ts';
import { makePaymentEntry } from './ledger.ts';
import { makePayoutEntry, makeTransferEntry } from './payout.ts';

const day = '2026-11-23' as BusinessDate;
const companies: Company[] = ['card', 'pg', 'operator'];
const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as PaymentId;

const rates = fc
  .tuple(fc.integer({ min: 0, max: 3_333 }), fc.integer({ min: 0, max: 3_333 }), fc.integer({ min: 0, max: 3_333 }))
  .map(([card, pg, operator]) => ({
    cardFeeBps: basisPoints(card),
    pgFeeBps: basisPoints(pg),
    operatorFeeBps: basisPoints(operator),
  }));
const booked = fc.record({
  amount: fc.integer({ min: 1, max: 1_000_000_000 }).map(won),
  rates,
  tender: fc.constantFrom<Tender>('card', 'cash'),
  kind: fc.constantFrom<BookedEvent['kind']>('sale', 'cancel', 'reversal'),
});
const dayOfEvents = fc.array(booked, { maxLength: 30 }).map((list) =>
  list.map(({ amount, rates: fees, tender, kind }, n): BookedEvent => {
    const split = tender === 'card' ? splitCharge(amount, fees) : splitCash(amount, fees);
    return {
      kind,
      tender,
      paymentId: paymentId(n),
      cancelId: kind === 'cancel' ? (paymentId(n) as string as CancelId) : null,
      split,
    };
  }),
);

const entryOf = (company: Company, event: BookedEvent): PaymentEntry =>
  makePaymentEntry(company, {
    ...event,
    ...{ merchantId: 'm-1' as MerchantId, deviceId: null, atMs: 1, businessDate: day, payoutDate: null },
  });
const state = (hop: Hop, events: BookedEvent[]) =>
  makeStatement({
    statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
    hop,
    sender: 'pg',
    receiver: 'operator',
    deviceId: null,
    businessDate: day,
    events,
  }).statement;
/** Pays a statement on which both sides agree in every line. */
const payAll = (direction: 'sent' | 'received', statement: Statement, atMs: number) => {
  const agreed = { ...statement.tenders, payableWon: statement.totals.payableWon };
  return makePayoutEntry(direction, statement, agreed, atMs, day);
};

const shop = 'm-1' as MerchantId;
const transfer = { transferId: paymentId(500) as string as TransferId, atMs: 2, businessDate: day };

/** What a company has booked in all, by account; only what is not zero. */
function balance(postings: Posting[]): Partial<Record<Account, number>> {
  const sums: Partial<Record<Account, number>> = {};
  for (const { account, amountWon } of postings) sums[account] = (sums[account] ?? 0) + amountWon;
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

/** The book of a company after a day and after all its statements of that day are paid. */
function settle(company: Company, events: BookedEvent[]): Partial<Record<Account, number>> {
  const seen = company === 'card' ? events.filter((event) => event.tender === 'card') : events;
  const postings = seen.flatMap((event) => entryOf(company, event).postings);
  postings.push(...payAll('sent', state(sentHop[company], events), 2).postings);
  const received = receivedHop[company];
  if (received !== null) postings.push(...payAll('received', state(received, events), 2).postings);
  const dueWon = company === 'operator' ? state('S15', events).totals.payableWon : won(0);
  if (dueWon > 0) postings.push(...makeTransferEntry({ ...transfer, merchantId: shop }, dueWon).postings);
  return balance(postings);
}

const sumOf = (events: BookedEvent[], part: keyof Split) =>
  events.reduce((sum, event) => sum + (event.kind === 'sale' ? 1 : -1) * event.split[part], 0);
const withoutZero = (sums: Record<string, number>) =>
  Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));

describe('makePaymentEntry', () => {
  it('balances in every book, for every event', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        for (const company of companies) {
          for (const event of events) {
            const sum = entryOf(company, event).postings.reduce((total, posting) => total + posting.amountWon, 0);
            expect(sum).toBe(0);
          }
        }
      }),
    );
  });

  it('is undone exactly by a cancel', () => {
    fc.assert(
      fc.property(booked, ({ amount, rates: fees, tender }) => {
        const split = tender === 'card' ? splitCharge(amount, fees) : splitCash(amount, fees);
        const sale: BookedEvent = { kind: 'sale', tender, paymentId: paymentId(1), cancelId: null, split };
        for (const company of companies) {
          const back = entryOf(company, { ...sale, kind: 'cancel' });
          expect(balance([...entryOf(company, sale).postings, ...back.postings])).toEqual({});
        }
      }),
    );
  });

  it('leaves what one company owes equal to what the other is owed', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        const book = (company: Company) => balance(events.flatMap((event) => entryOf(company, event).postings));
        const sum = (company: Company, account: Account) => book(company)[account] ?? 0;
        const cards = events.filter((event) => event.tender === 'card');
        const cardPayable = balance(cards.flatMap((event) => entryOf('card', event).postings))['pg-payable'] ?? 0;
        expect(sum('pg', 'card-receivable') + cardPayable).toBe(0);
        expect(sum('operator', 'pg-receivable') + sum('pg', 'operator-payable')).toBe(0);
        expect(sum('pg', 'operator-receivable') + sum('operator', 'pg-payable')).toBe(0);
      }),
    );
  });

  it('refuses a split that does not add up', () => {
    const split = {
      ...splitCash(won(1_000), {
        cardFeeBps: basisPoints(0),
        pgFeeBps: basisPoints(70),
        operatorFeeBps: basisPoints(500),
      }),
    };
    split.merchantShareWon = won(split.merchantShareWon + 1);
    const event: BookedEvent = { kind: 'sale', tender: 'cash', paymentId: paymentId(1), cancelId: null, split };
    expect(() => entryOf('pg', event)).toThrow(/does not add up/);
  });
});

describe('makePayoutEntry', () => {
  it('clears the day: what stays in each book is the fee, in the bank', () => {
    fc.assert(
      fc.property(dayOfEvents, (events) => {
        const cards = events.filter((event) => event.tender === 'card');
        const [cardFee, pgFee, operatorFee] = [
          sumOf(cards, 'cardFeeWon'),
          sumOf(events, 'pgFeeWon'),
          sumOf(events, 'operatorFeeWon'),
        ];
        expect(settle('pg', events)).toEqual(withoutZero({ bank: pgFee, 'fee-income': -pgFee }));
        // What shops owe, for cash sales outweighed their card sales, is carried forward.
        const carried = Math.min(state('S15', events).totals.payableWon, 0);
        expect(settle('operator', events)).toEqual(
          withoutZero({ bank: operatorFee + carried, 'merchant-settlement': -carried, 'fee-income': -operatorFee }),
        );
        // The cardholder still owes the card company the charge, of which it has paid out all but its fee.
        const charged = sumOf(cards, 'chargedWon');
        expect(settle('card', events)).toEqual(
          withoutZero({ 'cardholder-receivable': charged, bank: cardFee - charged, 'fee-income': -cardFee }),
        );
      }),
    );
  });

  it('moves money the other way when cash fees outweigh card sales', () => {
    const split = splitCash(won(100_000), {
      cardFeeBps: basisPoints(0),
      pgFeeBps: basisPoints(70),
      operatorFeeBps: basisPoints(500),
    });
    const events: BookedEvent[] = [{ kind: 'sale', tender: 'cash', paymentId: paymentId(1), cancelId: null, split }];
    expect(balance(payAll('sent', state('S14', events), 1).postings)).toEqual({
      'operator-receivable': -700,
      bank: 700,
    });
    expect(balance(payAll('received', state('S14', events), 1).postings)).toEqual({
      'pg-payable': 700,
      bank: -700,
    });
  });

  it('has no book for a merchant', () => {
    expect(() => payAll('received', state('S15', []), 1)).toThrow(/no ledger/);
  });
});
