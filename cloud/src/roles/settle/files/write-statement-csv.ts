import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import { lineKey, type StatementFault, type StatementLine } from '@scanpay/shared/settlement/statement.ts';
import { stringify } from 'csv-stringify/sync';
import type { StatementTaxReader, TaxSums } from '../../../ports/statement-tax.ts';
import { inReadingOrder, kindNames, lineTime, tenderNames } from './statement-words.ts';

/** Without it Excel takes the file for CP949. */
const byteOrderMark = '\uFEFF';

const header = [
  '번호 No.',
  '시각 Time (Asia/Seoul)',
  '종류 Kind',
  '결제수단 Tender',
  '결제번호 Payment ID',
  '취소번호 Cancel ID',
  '매출 Charged (KRW)',
  '수수료 Fee (KRW)',
  '정산금액 Payable (KRW)',
  '이의 Disputed',
];
/** On a merchant's statement: what a bookkeeper enters of each line. */
const taxHeader = ['공급가액 Net (KRW)', '부가세 VAT (KRW)', '면세금액 Tax-free (KRW)'];
type Cell = string | number;

/** RFC 4180; text that a spreadsheet would take for a formula is quoted with an apostrophe, numbers stay numbers. */
const toCsv = (rows: Cell[][]): string => stringify(rows, { record_delimiter: 'windows', escape_formulas: true });

/** The lines of a statement for people with a spreadsheet: UTF-8, one row a line, headed in Korean and English. */
export async function* writeStatementCsv(
  { row }: StatementDetail,
  pages: AsyncIterable<StatementLine[]>,
  taxReader?: StatementTaxReader,
): AsyncGenerator<string> {
  const tax = row.hop === 'S15' ? taxReader : undefined;
  const disputed = new Set(row.faults.flatMap(keysOfFault));
  let count = 0;
  yield byteOrderMark + toCsv([tax === undefined ? header : [...header, ...taxHeader]]);
  for await (const page of pages) {
    const lines = inReadingOrder(page);
    const first = count + 1;
    const taxed = await tax?.readLineTax(lines);
    const rows = lines.map((line, at) => {
      const cells = toRow(line, first + at, disputed.has(lineKey(line)));
      return taxed === undefined ? cells : [...cells, ...toTaxCells(taxed[at])];
    });
    yield toCsv(rows);
    count += lines.length;
  }
}

function toRow(line: StatementLine, number: number, isDisputed: boolean): Cell[] {
  return [
    number,
    lineTime(line),
    inBoth(kindNames[line.kind]),
    inBoth(tenderNames[line.tender]),
    line.paymentId,
    line.cancelId ?? '',
    line.chargedWon,
    line.feeWon,
    line.payableWon,
    isDisputed ? '이의 disputed' : '',
  ];
}

const toTaxCells = (tax: TaxSums | undefined): Cell[] =>
  tax === undefined ? ['', '', ''] : [tax.supplyWon, tax.vatWon, tax.taxFreeWon];

const inBoth = ({ ko, en }: Bilingual): string => `${ko} ${en}`;

const keysOfFault = ({ theirs, ours }: StatementFault): string[] =>
  [theirs, ours].flatMap((line) => (line === null ? [] : [lineKey(line)]));
