import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { formatWon, won } from '@scanpay/shared/money.ts';

/** One line of the scripted day: what was done, by whom, on what, and how it ended. */
export interface DayRow {
  step: string;
  who: string;
  id: string;
  amountWon: number | null;
  outcome: string;
  atMs: number;
}

const widths = { step: 34, who: 10, id: 36, amount: 12, outcome: 26 };

/** Columns a text takes on a terminal: Korean syllables take two. */
const columnsOf = (text: string): number =>
  [...text].reduce(
    (sum, char) => sum + (/[\u1100-\u11ff\u3000-\u303f\uac00-\ud7a3\uff00-\uff60]/u.test(char) ? 2 : 1),
    0,
  );

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(1, width - columnsOf(text)));
const padLeft = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

export const dayHeading: string =
  `${pad('step', widths.step)}${pad('who', widths.who)}${pad('id', widths.id)}` +
  `${padLeft('amount', widths.amount)}  ${pad('outcome', widths.outcome)}time (Seoul)`;

export function formatRow(row: DayRow): string {
  const amount = row.amountWon === null ? '' : formatWon(won(row.amountWon));
  return (
    `${pad(row.step, widths.step)}${pad(row.who, widths.who)}${pad(row.id, widths.id)}` +
    `${padLeft(amount, widths.amount)}  ${pad(row.outcome, widths.outcome)}${formatSeoulTime(row.atMs).slice(11)}`
  );
}
