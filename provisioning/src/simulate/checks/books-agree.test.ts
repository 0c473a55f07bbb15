import { expect, it } from 'vitest';
import { booksAgree } from './books-agree.ts';
import { hold, ownBox, paymentId, tablesWith } from './testing/hold.ts';

const statementColumns = 'statement_id, direction, hop, device_id, business_date, state, statement_sha256, payable_won';
const row = (direction: string, hop: string, box: string, state: string, sha = 'a', id = hop): unknown[] => [
  ...[id, direction, hop, box, '2026-11-23', state, sha, 0],
];

interface Differing {
  pgReceivable?: number;
  s13?: string;
  s13Sha?: string;
  s15?: string;
  s15Box?: string;
  boxState?: string;
  faults?: unknown[];
}

/** One closed date, three hops, everything paid; but for what differs. */
function worldWith({
  pgReceivable = 5,
  s13 = 'paid',
  s13Sha = 'a',
  s15 = 'paid',
  s15Box = ownBox,
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
      card: book([['pg-payable', -5]], [row('sent', 'S13', '', 'paid')]),
      pg: book(
        [['card-receivable', pgReceivable]],
        [row('received', 'S13', '', s13, s13Sha), row('sent', 'S14', '', 'paid')],
      ),
      operator: book([], [row('received', 'S14', '', 'paid'), row('sent', 'S15', s15Box, s15)]),
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

const reportsOf = (differing: Differing): string[] => {
  const held = hold(booksAgree);
  held.rest(worldWith(differing));
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

it('finds a box that disputes its statement', () => {
  const faults = [{ ours: null, theirs: { paymentId } }];
  expect(reportsOf({ s15: 'disputed', boxState: 'disputed', faults })).toEqual([
    `S15 of 2026-11-23 at ${ownBox} is disputed with 1 faults: ${JSON.stringify(faults[0])}`,
  ]);
});

it('finds a statement that reached another box', () => {
  expect(reportsOf({ s15Box: 'box-other' })).toEqual([`S15 of 2026-11-23 at ${ownBox} is for box-other`]);
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
