import { expect, it } from 'vitest';
import { noCardNumber } from './no-card-number.ts';
import { hold, ownBox, tablesWith } from './testing/hold.ts';

it('finds a card number in a text', () => {
  const held = hold(noCardNumber);
  noCardNumber.onText?.('a log', 'card ****1111 of 4111-…-1111', held.report);
  expect(held.reports).toEqual([]);
  noCardNumber.onText?.('a log', 'card 4111111111111111', held.report);
  expect(held.reports).toEqual(['a card number in a log']);
});

it('finds it in the bytes of a database, however it is written', () => {
  const held = hold(noCardNumber);
  const journal = tablesWith({ notes: { columns: 'text', rows: [[Buffer.from('4012888888881881', 'hex')]] } });
  held.rest({ journals: new Map([[ownBox, journal]]) });
  expect(held.reports).toEqual(expect.arrayContaining(['a card number (BCD) in the journal of box-own']));
});
