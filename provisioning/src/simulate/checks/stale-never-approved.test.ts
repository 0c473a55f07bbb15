import { expect, it } from 'vitest';
import { staleNeverApproved } from './stale-never-approved.ts';
import { hold } from './testing/hold.ts';

it('finds a charge at or after the end of the request', () => {
  const held = hold(staleNeverApproved);
  held.booked('card', 'sale', { atMs: 999 });
  held.booked('card', 'reversal', { atMs: 5_000 });
  expect(held.reports).toEqual([]);
  held.booked('card', 'sale', { atMs: 1_000 });
  expect(held.reports).toEqual(['card charged 0 ms after the request had expired']);
});
