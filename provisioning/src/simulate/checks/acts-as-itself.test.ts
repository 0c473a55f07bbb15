import { expect, it } from 'vitest';
import { actsAsItself } from './acts-as-itself.ts';
import { hold, otherBox, ownBox } from './testing/hold.ts';

it('lets the operator say "no" to a stranger, and everything to the box itself', () => {
  const held = hold(actsAsItself);
  held.told('approved', ownBox);
  held.told('not-seen', otherBox);
  expect(held.reports).toEqual([]);
});

it('finds that a stranger is told of a payment', () => {
  const held = hold(actsAsItself);
  held.told('approved', otherBox);
  expect(held.reports).toEqual(['box-other is told of a payment of box-own']);
});

it('finds a cancel and a reversal that its own box did not ask for', () => {
  const held = hold(actsAsItself);
  held.told('approved');
  held.booked('pg', 'cancel', { cancelId: 'c' as never });
  held.booked('operator', 'reversal');
  held.recorded('reversed');
  expect(held.reports).toHaveLength(3);
  held.dossier.boxReverses = true;
  held.dossier.cancels.set('d' as never, { amountWon: 900, outcome: null });
  held.booked('pg', 'cancel', { cancelId: 'd' as never });
  held.booked('card', 'reversal');
  held.recorded('reversed');
  expect(held.reports).toHaveLength(3);
});
