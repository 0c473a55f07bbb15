import { expect, it } from 'vitest';
import { nothingLost } from './nothing-lost.ts';
import { hold, ownBox, paymentId, tablesWith } from './testing/hold.ts';

const columns = 'payment_id, state';

function worldWith(states: { operator?: string; pg?: string; box?: string; closedAtMs?: number | null }) {
  const { operator = 'approved', pg = 'approved', box = 'approved', closedAtMs = 1 } = states;
  return {
    books: {
      card: tablesWith({}),
      pg: tablesWith({ pg_payments: { columns, rows: [[paymentId, pg]] }, pg_cancels: { columns, rows: [] } }),
      operator: tablesWith({ operator_payments: { columns, rows: [[paymentId, operator]] } }),
    },
    journals: new Map([
      [
        ownBox,
        tablesWith({
          payments: { columns: `${columns}, closed_at_ms`, rows: [[paymentId, box, closedAtMs]] },
          cancels: { columns: `${columns}, closed_at_ms`, rows: [] },
        }),
      ],
    ]),
  };
}

const reportsOf = (states: Parameters<typeof worldWith>[0], told: 'approved' | 'reversed'): string[] => {
  const held = hold(nothingLost);
  held.dossier.told.add(told);
  held.dossier.boxOutcome = { kind: told } as never;
  held.rest(worldWith(states));
  return held.reports;
};

it('has nothing to say when everybody still says what they said', () => {
  expect(reportsOf({}, 'approved')).toEqual([]);
});

it.each([
  [{ operator: 'authorising' }, 2],
  [{ operator: 'declined' }, 1],
  [{ pg: 'reversing' }, 1],
  [{ box: 'unknown', closedAtMs: null }, 2],
  [{ box: 'declined' }, 1],
])('finds what is open or has changed: %o', (states, count) => {
  expect(reportsOf(states, 'approved')).toHaveLength(count);
});

it('finds a reversal that the operator has forgotten', () => {
  expect(reportsOf({ box: 'reversed' }, 'reversed')).toEqual(['told reversed, and the operator has it approved']);
});
