import { expect, it } from 'vitest';
import { alarmsEnd } from './alarms-end.ts';
import { hold, ownBox, tablesWith } from './testing/hold.ts';

const columns = 'alarm_id, device_id, code, raised_at_ms, cleared_at_ms, box_raised_at_ms';
type Row = [code: string, raisedAtMs: number, clearedAtMs: number | null, boxRaisedAtMs: number | null];

function reportsOf(rows: readonly Row[], box: { revision?: number; open?: string[]; heard?: number } = {}): string[] {
  const { revision = 2, open = [], heard = 2 } = box;
  const record = { journalId: 'j', revision, open: open.map((code) => ({ code })) };
  const held = hold(alarmsEnd);
  held.rest({
    books: {
      card: tablesWith({}),
      pg: tablesWith({}),
      operator: tablesWith({
        operator_alarms: { columns, rows: rows.map(([code, ...rest], at) => [at, ownBox, code, ...rest]) },
        operator_alarm_marks: { columns: 'device_id, revision', rows: [[ownBox, heard]] },
      }),
    },
    journals: new Map([
      [ownBox, tablesWith({ alarms: { columns: 'only_one, record', rows: [[1, JSON.stringify(record)]] } })],
    ]),
  });
  return held.reports;
}

it('has nothing to say of alarms that came and went', () => {
  const gone: Row[] = [
    ['disk-low', 10, 20, 9],
    ['disk-low', 20, 30, 19],
    ['box-offline', 15, 25, null],
  ];
  expect(reportsOf(gone)).toEqual([]);
  expect(reportsOf([], { revision: 0, heard: 0 })).toEqual([]);
});

it.each<[string, Row[], Parameters<typeof reportsOf>[1], RegExp]>([
  ['is open at the operator', [['disk-low', 10, null, 9]], {}, /operator has disk-low of box-own since 10 open/],
  ['is open at the box', [], { open: ['printer-fault'] }, /box-own has printer-fault open/],
  ['was not told', [], { revision: 3 }, /heard 2 of 3 reports of box-own/],
  [
    'was raised twice at once',
    [
      ['box-offline', 10, 30, null],
      ['box-offline', 20, 40, null],
    ],
    {},
    /since 20 was raised while it was open/,
  ],
  [
    'was raised again by a late report',
    [
      ['disk-low', 10, 20, 9],
      ['disk-low', 25, 30, 9],
    ],
    {},
    /since 25 was raised twice for one beginning/,
  ],
])('finds an alarm that %s', (_what, rows, box, found) => {
  expect(reportsOf(rows, box)).toEqual([expect.stringMatching(found)]);
});
