import { expect, it } from 'vitest';
import { booksAgree } from './books-agree.ts';
import { hold, ownBox, paymentId, tablesWith } from './testing/hold.ts';

const statementColumns = 'statement_id, direction, hop, receiver, business_date, state, statement_sha256, payable_won';
const row = (direction: string, hop: string, receiver: string, state: string, sha = 'a', id = hop): unknown[] => [
  ...[id, direction, hop, receiver, '2026-11-23', state, sha, 0],
];

interface Differing {
  pgReceivable?: number;
  s13?: string;
  s13Sha?: string;
  s15?: string;
  boxState?: string;
  faults?: unknown[];
}

/** One closed date, three hops, everything paid; but for what differs. */
function worldWith({
  pgReceivable = 5,
  s13 = 'paid',
  s13Sha = 'a',
  s15 = 'paid',
  boxState = 'paid',
  faults = [],
}: Differing) {
  const book = (postings: unknown[][], statements: unknown[][]) =>
    tablesWith({
      ledger_postings: { columns: 'account, amount_won', rows: postings },
      statements: { columns: statementColumns, rows: statements },
      closed_dates: { columns: 'business_date', rows: [['2026-11-23']] },
    });
  const answer = s15 === 'disputed' ? 'disputed' : 'approved';
  return {
    books: {
      card: book([['pg-payable', -5]], [row('sent', 'S13', 'pg', 'paid')]),
      pg: book(
        [['card-receivable', pgReceivable]],
        [row('received', 'S13', 'pg', s13, s13Sha), row('sent', 'S14', 'operator', 'paid')],
      ),
      operator: book([], [row('received', 'S14', 'operator', 'paid'), row('sent', 'S15', 'm-own', s15)]),
    },
    journals: new Map([
      [
        ownBox,
        tablesWith({
          statements: {
            columns: 'statement_id, state, answer, faults',
            rows: [['S15', boxState, answer, JSON.stringify(faults)]],
          },
        }),
      ],
    ]),
  };
}

const reportsOf = (differing: Differing, isShared = false): string[] => {
  const held = hold(booksAgree);
  held.rest({ ...worldWith(differing), isShared: () => isShared });
  return held.reports;
};

it('has nothing to say of a day that all have agreed on and paid', () => {
  expect(reportsOf({})).toEqual([]);
});

it('finds an entry that does not balance', () => {
  const held = hold(booksAgree);
  held.booked('pg', 'sale', { sumWon: 3 });
  expect(held.reports).toEqual(['pg booked a sale that is 3 won out of balance']);
});

it('finds two companies that owe each other different amounts', () => {
  expect(reportsOf({ pgReceivable: 6 })).toEqual(['card pg-payable is -5, pg card-receivable is 6']);
});

it('finds a statement that one side has otherwise, or in another state', () => {
  expect(reportsOf({ s13: 'disputed' })).toEqual(['S13 of 2026-11-23: paid and disputed']);
  expect(reportsOf({ s13Sha: 'b' })).toEqual(['S13 of 2026-11-23: two texts']);
  expect(reportsOf({ boxState: 'presented' })).toHaveLength(2);
});

it('lets a box dispute the payments of the boxes beside it, and not its own', () => {
  const disputed = { s15: 'disputed', boxState: 'disputed' };
  const line = (id: string) => [{ ours: null, theirs: { paymentId: id } }];
  expect(reportsOf({ ...disputed, faults: line('another') }, true)).toEqual([]);
  expect(reportsOf({ ...disputed, faults: line(paymentId) }, true)).toHaveLength(1);
  expect(reportsOf({ ...disputed, faults: line('another') }, false)).toHaveLength(1);
});

it('finds a false statement that somebody approved', () => {
  const held = hold(booksAgree);
  held.rest({
    ...worldWith({}),
    lies: [
      { to: 'pg', approved: true },
      { to: 'operator', approved: false },
    ],
  });
  expect(held.reports).toEqual(['pg approved a statement that its own records do not bear out']);
});
