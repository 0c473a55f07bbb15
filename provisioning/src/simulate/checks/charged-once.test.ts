import { expect, it } from 'vitest';
import { chargedOnce } from './charged-once.ts';
import { hold } from './testing/hold.ts';

it('has nothing to say of a sale that all books hold and the box knows', () => {
  const held = hold(chargedOnce);
  held.bookedByAll('sale');
  held.told('approved');
  held.recorded('approved');
  held.rest();
  expect(held.reports).toEqual([]);
});

it('finds a second charge', () => {
  const held = hold(chargedOnce);
  held.booked('card', 'sale');
  held.booked('card', 'sale');
  expect(held.reports).toEqual(['card charged twice']);
});

it('finds an approval that is told before it is booked', () => {
  const held = hold(chargedOnce);
  held.booked('card', 'sale');
  held.booked('pg', 'sale');
  held.told('approved');
  expect(held.reports).toEqual(['told approved, and not booked by operator']);
});

it('finds a charge under a decline, told or recorded', () => {
  const held = hold(chargedOnce);
  held.booked('card', 'sale');
  held.told('declined');
  held.recorded('declined');
  expect(held.reports).toHaveLength(2);
});

it('finds a charge that comes after the box has closed the payment', () => {
  const held = hold(chargedOnce);
  held.recorded('reversed');
  held.booked('pg', 'sale');
  expect(held.reports).toEqual(['pg charged what the box has as reversed']);
});

it('finds a charge at rest of which the box knows nothing, and a cancel that one company missed', () => {
  const forgotten = hold(chargedOnce);
  forgotten.bookedByAll('sale');
  forgotten.rest();
  expect(forgotten.reports).toHaveLength(3);

  const cancelled = hold(chargedOnce);
  cancelled.bookedByAll('sale');
  cancelled.recorded('approved');
  cancelled.dossier.cancels.set('c' as never, { amountWon: 900, outcome: 'cancelled' });
  cancelled.booked('card', 'cancel');
  cancelled.booked('operator', 'cancel');
  cancelled.rest();
  expect(cancelled.reports).toEqual([
    'at rest the box has 900 won refunded, pg 0',
    'at rest the box has it cancelled, pg holds 1 charges',
  ]);
});

it('lets a payment stand of which a part was refunded, and finds a part that only one side has', () => {
  const part = { chargedWon: 400 };
  const held = hold(chargedOnce);
  held.bookedByAll('sale');
  held.recorded('approved');
  held.dossier.cancels.set('c' as never, { amountWon: 400, outcome: 'cancelled' });
  for (const company of ['card', 'pg', 'operator'] as const) held.booked(company, 'cancel', part);
  held.rest();
  expect(held.reports).toEqual([]);
  held.booked('card', 'cancel', part);
  held.rest();
  expect(held.reports).toEqual(['at rest the box has 400 won refunded, card 800']);
  held.booked('card', 'cancel', part);
  expect(held.reports.at(-1)).toBe('card gave back more than it took');
});
