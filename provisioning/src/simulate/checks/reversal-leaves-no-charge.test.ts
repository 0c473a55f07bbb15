import { expect, it } from 'vitest';
import { reversalLeavesNoCharge } from './reversal-leaves-no-charge.ts';
import { hold } from './testing/hold.ts';

it('accepts a reversal that took the charge out of every book first', () => {
  const held = hold(reversalLeavesNoCharge);
  held.bookedByAll('sale');
  held.bookedByAll('reversal');
  held.told('reversed');
  held.rest();
  expect(held.reports).toEqual([]);
});

it('finds one that is acknowledged too early', () => {
  const held = hold(reversalLeavesNoCharge);
  held.bookedByAll('sale');
  held.booked('operator', 'reversal');
  held.told('reversed');
  expect(held.reports).toEqual(['acknowledged, and card, pg still charges']);
});

it('finds a charge that comes late, as without a tombstone', () => {
  const held = hold(reversalLeavesNoCharge);
  held.told('reversed');
  held.booked('card', 'sale');
  held.rest();
  expect(held.reports).toHaveLength(2);
});
