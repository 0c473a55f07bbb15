import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentEntry } from '../../ports/ledger.ts';
import type { PgPayment } from '../../ports/pg-store.ts';
import { makePayment, makeTombstone, type PgPaymentInput, stepPayment } from './pg-payment.ts';
import { approval, cardOrder, cashOrder, nowMs, paymentId, today, tomorrow } from './testing/pg-fixtures.ts';

const make = (order: typeof cardOrder, start: Parameters<typeof makePayment>[3]) =>
  makePayment(paymentId, order, 'hash', start).payment;
const authorising = make(cardOrder, { state: 'authorising' });
const approved = make(cardOrder, { state: 'approved', approval });
const approvedCash = make(cashOrder, { state: 'approved', approval: { ...approval, cardLast4: null } });
const declined = make(cardOrder, { state: 'declined', code: 'card_declined' });
const tombstone = makeTombstone(paymentId);

const inputs = {
  approve: { kind: 'card-approved', approval, peerJws: 'a.b.c' },
  decline: { kind: 'card-declined', code: 'card_limit_exceeded' },
  undo: { kind: 'undo', code: 'upstream_unavailable' },
  ask: { kind: 'reversal-asked', businessDate: today, atMs: nowMs },
  askLater: { kind: 'reversal-asked', businessDate: tomorrow, atMs: nowMs },
  dateClosed: { kind: 'card-date-closed', businessDate: today },
  acknowledge: { kind: 'reversal-acknowledged', atMs: nowMs + 5, peerJws: null },
} satisfies Record<string, PgPaymentInput>;

function walk(start: PgPayment, ...steps: (keyof typeof inputs)[]) {
  let payment = start;
  const entries: PaymentEntry[] = [];
  for (const step of steps) {
    const made = stepPayment(payment, inputs[step]);
    if (made === undefined) continue;
    payment = made.payment;
    if (made.booking.entry !== null) entries.push(made.booking.entry);
  }
  return { payment, kinds: entries.map((entry) => entry.kind), entries };
}

describe('stepPayment', () => {
  it.each<[string, PgPayment, (keyof typeof inputs)[], Partial<PgPayment>, string[]]>([
    ['approves', authorising, ['approve'], { state: 'approved', approval }, ['sale']],
    ['declines', authorising, ['decline'], { state: 'declined', declineCode: 'card_limit_exceeded' }, []],
    ['undoes what it does not know', authorising, ['undo'], { state: 'reversing', reversalDate: today }, []],
    [
      'is declined once undone',
      authorising,
      ['undo', 'acknowledge'],
      { state: 'declined', declineCode: 'upstream_unavailable' },
      [],
    ],
    ['ignores an approval that comes too late', authorising, ['undo', 'approve'], { state: 'reversing' }, []],
    ['ignores a refusal that comes too late', authorising, ['undo', 'decline'], { state: 'reversing' }, []],
    ['is reversed while it authorises', authorising, ['ask', 'approve', 'acknowledge'], { state: 'reversed' }, []],
    [
      "turns its own undoing into the operator's",
      authorising,
      ['undo', 'ask', 'acknowledge'],
      { state: 'reversed', declineCode: null },
      [],
    ],
    ['waits for the card company', approved, ['ask'], { state: 'reversing', reversalDate: today }, []],
    ['reverses an approval', approved, ['ask', 'acknowledge'], { state: 'reversed' }, ['reversal']],
    ['acknowledges once', approved, ['ask', 'acknowledge', 'acknowledge'], { state: 'reversed' }, ['reversal']],
    ['reverses cash at once', approvedCash, ['ask'], { state: 'reversed' }, ['reversal']],
    ['reverses a declined payment without a booking', declined, ['ask'], { state: 'reversed' }, []],
    ['leaves a tombstone alone', tombstone, ['ask', 'approve', 'acknowledge'], { state: 'reversed', version: 1 }, []],
    ['takes a later date from the operator', approved, ['ask', 'askLater'], { reversalDate: tomorrow }, []],
    ['moves its own undoing to the next date', authorising, ['undo', 'dateClosed'], { reversalDate: tomorrow }, []],
    ["does not move the operator's date", approved, ['ask', 'dateClosed'], { reversalDate: today }, []],
  ])('%s', (_what, start, steps, expected, kinds) => {
    const walked = walk(start, ...steps);
    expect(walked.payment).toMatchObject(expected);
    expect(walked.kinds).toEqual(kinds);
  });

  it('books the reversal under the date that was asked for last, with the original split', () => {
    const [entry] = walk(approved, 'ask', 'askLater', 'acknowledge').entries;
    expect(entry).toMatchObject({ kind: 'reversal', businessDate: tomorrow, split: cardOrder.split, atMs: nowMs + 5 });
  });

  it('guards the date of what will be booked, and only that', () => {
    expect(makePayment(paymentId, cardOrder, 'hash', { state: 'authorising' }).booking.openDate).toBe(today);
    expect(stepPayment(approved, inputs.askLater)?.booking.openDate).toBe(tomorrow);
    expect(stepPayment(authorising, inputs.askLater)?.booking.openDate).toBeNull();
  });

  it('counts every change', () => {
    expect(walk(approved, 'ask', 'acknowledge').payment.version).toBe(3);
  });

  it('never books a sale twice, nor a reversal without a sale, and ends without a charge once reversed', () => {
    const names = Object.keys(inputs) as (keyof typeof inputs)[];
    const steps = fc.array(fc.constantFrom(...names), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (taken) => {
        const { payment, kinds } = walk(authorising, ...taken);
        const sales = kinds.filter((kind) => kind === 'sale').length;
        const reversals = kinds.filter((kind) => kind === 'reversal').length;
        expect(sales).toBeLessThanOrEqual(1);
        expect(reversals).toBeLessThanOrEqual(sales);
        if (payment.state === 'approved') expect(sales - reversals).toBe(1);
        if (payment.state === 'declined' || payment.state === 'reversed') expect(sales - reversals).toBe(0);
      }),
    );
  });
});
