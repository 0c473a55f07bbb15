import fc from 'fast-check';
import type { CancelId, PaymentId } from '../../ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '../../money.ts';
import type { Tender } from '../../schema.ts';
import type { BookedEvent } from '../statement.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
export const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as PaymentId;
const cancelId = (n: number) => `019ab0c1-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as CancelId;
export function event(n: number, kind: BookedEvent['kind'], tender: Tender, amount: number): BookedEvent {
  const split = tender === 'card' ? splitCharge(won(amount), rates) : splitCash(won(amount), rates);
  return { kind, tender, paymentId: paymentId(n), cancelId: kind === 'cancel' ? cancelId(n) : null, split };
}

/** A day's book of unrelated payments: each sold, perhaps cancelled or reversed, or only undone (sold earlier). */
export const dayOfEvents = fc
  .array(
    fc.record({
      amount: fc.integer({ min: 1, max: 1_000_000_000 }),
      tender: fc.constantFrom<Tender>('card', 'cash'),
      kinds: fc.constantFrom<BookedEvent['kind'][]>(
        ['sale'],
        ['sale', 'cancel'],
        ['sale', 'reversal'],
        ['cancel'],
        ['reversal'],
      ),
    }),
    { maxLength: 40 },
  )
  .map((payments) =>
    payments.flatMap(({ amount, tender, kinds }, n) => kinds.map((kind) => event(n, kind, tender, amount))),
  );
