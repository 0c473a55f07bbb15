import type { Score, TallyRow } from './tally.ts';

const scoreHeading = ['read', 'wrong', 'med', 'p95'];
const scoreWidths = [9, 6, 7, 7];
const scoreWidth = scoreWidths.reduce((sum, width) => sum + width, 0);

/** What the rows' groups and families are. */
export interface Headings {
  group: string;
  family: string;
}

/** Lines of a table: a row per tally row, four columns per decoder; times in ms. */
export function formatTable(rows: readonly TallyRow[], decoders: readonly string[], headings: Headings): string[] {
  const groupWidth = Math.max(headings.group.length, ...rows.map((row) => row.group.length)) + 2;
  const familyWidth = Math.max(headings.family.length, ...rows.map((row) => row.family.length)) + 1;
  const lead = (group: string, family: string, pictures: string): string =>
    group.padEnd(groupWidth) + family.padEnd(familyWidth) + pictures.padStart(8);
  const lines = [
    lead('', '', '') + decoders.map((decoder) => decoder.padStart(scoreWidth)).join(''),
    lead(headings.group, headings.family, 'pictures') + decoders.map(() => alignCells(scoreHeading)).join(''),
  ];
  for (const { group, family, pictures, scores } of rows) {
    lines.push(
      lead(group, family, String(pictures)) + decoders.map((decoder) => formatScore(scores[decoder])).join(''),
    );
  }
  return lines;
}

function formatScore(score: Score | undefined): string {
  if (score === undefined) return ' '.repeat(scoreWidth);
  const rate = score.readRate === null ? '–' : `${(score.readRate * 100).toFixed(1)} %`;
  return alignCells([rate, String(score.wrong), score.medianMs.toFixed(1), score.p95Ms.toFixed(1)]);
}

function alignCells(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padStart(scoreWidths[at] ?? 0)).join('');
}
