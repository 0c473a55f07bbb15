import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import type { StatementLine, Sums } from '@scanpay/shared/settlement/statement.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { StatementTaxReader } from '../../../ports/statement-tax.ts';
import { bodyWidthPt, createPdfSheet, type PdfSheet, type TextStyle } from './pdf-sheet.ts';
import { isOwnBookDifferent } from './statement-lines.ts';
import {
  describeParty,
  type FindParty,
  inReadingOrder,
  kindNames,
  lineTime,
  stateNames,
  tenderNames,
} from './statement-words.ts';
import { writeTax } from './write-statement-tax.ts';

/** Pages a statement has at most, some 55 lines each; the lines of a larger one are in its CSV. */
export const maxStatementPdfPages = 20;

interface Column {
  title: string;
  widthPt: number;
  align: 'left' | 'right';
}
const left = (title: string, widthPt: number): Column => ({ title, widthPt, align: 'left' });
const right = (title: string, widthPt: number): Column => ({ title, widthPt, align: 'right' });

const lineColumns = [
  right('번호', 34),
  left('시각', 84),
  left('종류', 34),
  left('수단', 28),
  left('결제번호', 130),
  right('매출', 66),
  right('수수료', 58),
  right('정산 금액', 66),
];
const sumColumns = [left('결제수단', 107), right('매출', 133), right('수수료', 133), right('정산 금액', 133)];
const gapPt = 1.5;
const lineRowPt = 12.5;
const sumRowPt = 19;

const thousands = new Intl.NumberFormat('en-US');
const formatWon = (amountWon: number): string => `${thousands.format(amountWon)}원`;

/**
 * A statement for people, in Korean, on A4: who owes whom what, and its lines as far as they fit on
 * `maxStatementPdfPages`. The same statement in the same state gives the same bytes: it is dated by its last change.
 */
export async function writeStatementPdf(
  detail: StatementDetail,
  pages: AsyncIterable<StatementLine[]>,
  findParty: FindParty,
  taxReader?: StatementTaxReader,
): Promise<Readable> {
  const { row, statement, statementJws } = detail;
  const { hop, statementId, businessDate } = statement;
  const title = `정산서 ${hop} ${businessDate}`;
  const sheet = createPdfSheet({ title, author: describeParty(row.sender, findParty).name, atMs: row.updatedAtMs });
  writeHead(sheet, detail, findParty);
  writeSums(sheet, detail);
  if (taxReader !== undefined) await writeTax(sheet, detail, taxReader);
  const shown = await writeLines(sheet, pages);
  writeNotes(sheet, detail, shown);
  return sheet.finish([
    `정산서 번호 ${statementId}   서명 키 ${keyIdOf(statementJws)}`,
    `서명된 원문의 SHA-256 (base64url) ${sha256Base64Url(statementJws)}`,
  ]);
}

function writeHead(sheet: PdfSheet, { row, statement }: StatementDetail, findParty: FindParty): void {
  const { hop, sender, receiver, deviceId, businessDate, statementId, lineCount } = statement;
  sheet.write('정산서', 0, bodyWidthPt, { sizePt: 24, weight: 'bold' });
  sheet.write(`${hop} · ${businessDate}`, 0, bodyWidthPt, { sizePt: 13, weight: 'bold', align: 'right' });
  sheet.skip(40);
  const facts: [string, string][] = [
    ...factsOf('보낸 쪽', sender, findParty),
    ...factsOf('받는 쪽', receiver, findParty),
    ['영업일', `${businessDate} (한국 시간)`],
    ['단말기', deviceId ?? '회사 사이의 정산이라 해당 없음'],
    ['정산서 번호', statementId],
    ['상태', `${stateNames[row.state]} (${formatSeoulTime(row.updatedAtMs)} 기준)`],
    ['거래', `${thousands.format(lineCount)}건`],
    ...describePayout(row),
  ];
  for (const [name, value] of facts) {
    sheet.write(name, 0, 80, { sizePt: 10, ink: 'soft' });
    sheet.write(value, 84, bodyWidthPt - 84, { sizePt: 10 });
    sheet.skip(17);
  }
  sheet.skip(8);
}

/** S15: when the shop is paid, and by which transfer. */
function describePayout({ payoutDate, transferId }: StatementDetail['row']): [string, string][] {
  if (payoutDate === null) return [];
  return [['지급일', transferId === null ? payoutDate : `${payoutDate} (이체 ${transferId})`]];
}

function factsOf(title: string, party: string, findParty: FindParty): [string, string][] {
  const { name, details } = describeParty(party, findParty);
  return details === ''
    ? [[title, name]]
    : [
        [title, name],
        ['', details],
      ];
}

function writeSums(sheet: PdfSheet, { row, statement }: StatementDetail): void {
  const { totals, tenders } = statement;
  writeRow(sheet, sumColumns, titlesOf(sumColumns), sumRowPt, { sizePt: 10, weight: 'bold' }, true);
  const sums: [string, Sums, TextStyle][] = [
    ['카드', tenders.card, { sizePt: 10 }],
    ['현금', tenders.cash, { sizePt: 10 }],
    ['합계', totals, { sizePt: 11, weight: 'bold' }],
  ];
  for (const [name, { chargedWon, feeWon, payableWon }, style] of sums) {
    writeRow(sheet, sumColumns, [name, ...[chargedWon, feeWon, payableWon].map(formatWon)], sumRowPt, style);
  }
  sheet.rule();
  sheet.skip(8);
  // Of a negative sum it is the receiver who pays ([0048]: fees of cash payments).
  const payer = totals.payableWon < 0 ? '받는 쪽이 보낸 쪽에 낼 금액' : '보낸 쪽이 받는 쪽에 낼 금액';
  // Cash is in the sales, and in the shop's till already.
  const inTillWon = totals.chargedWon - totals.feeWon - totals.payableWon;
  const amounts: [string, number][] = [
    ...(inTillWon === 0 ? [] : [['가맹점 현금 보유분 (매출에 포함, 정산하지 않음)', inTillWon] as [string, number]]),
    [payer, Math.abs(totals.payableWon)],
    ['지급한 금액', Math.abs(row.paidWon)],
  ];
  for (const [name, amountWon] of amounts) {
    sheet.write(name, 0, 300, { sizePt: 11 });
    sheet.write(formatWon(amountWon), 300, bodyWidthPt - 300, { sizePt: 12, weight: 'bold', align: 'right' });
    sheet.skip(sumRowPt);
  }
  sheet.skip(12);
}

const titlesOf = (columns: readonly Column[]): string[] => columns.map(({ title }) => title);

function writeRow(
  sheet: PdfSheet,
  columns: readonly Column[],
  cells: readonly string[],
  heightPt: number,
  style: TextStyle,
  isBanded = false,
): void {
  if (isBanded) sheet.band(heightPt);
  let leftPt = 0;
  columns.forEach(({ widthPt, align }, at) => {
    sheet.write(cells[at] ?? '', leftPt + 2, widthPt - 4, { ...style, align });
    leftPt += widthPt + gapPt;
  });
  sheet.skip(heightPt);
}

/** Room for the notes below the last line. */
const notesHeightPt = 46;

/** Returns how many lines were written. */
async function writeLines(sheet: PdfSheet, pages: AsyncIterable<StatementLine[]>): Promise<number> {
  let pageCount = 1;
  let written = 0;
  const startTable = (): void =>
    writeRow(sheet, lineColumns, titlesOf(lineColumns), lineRowPt + 2, { sizePt: 8, weight: 'bold' }, true);
  for await (const lines of pages) {
    if (written === 0) startTable();
    for (const line of inReadingOrder(lines)) {
      if (sheet.leftPt() < lineRowPt + notesHeightPt) {
        if (pageCount === maxStatementPdfPages) return written;
        sheet.addPage();
        pageCount += 1;
        // A page takes a while to draw: whoever else waits for this process comes between two of them.
        await nextTurn();
        startTable();
      }
      written += 1;
      writeRow(sheet, lineColumns, cellsOf(line, written), lineRowPt, { sizePt: 7 });
    }
  }
  return written;
}

function cellsOf(line: StatementLine, number: number): string[] {
  const amounts = [line.chargedWon, line.feeWon, line.payableWon].map((amount) => thousands.format(amount));
  const kind = kindNames[line.kind].ko;
  return [thousands.format(number), lineTime(line), kind, tenderNames[line.tender].ko, line.paymentId, ...amounts];
}

function writeNotes(sheet: PdfSheet, detail: StatementDetail, shown: number): void {
  const { row, statement } = detail;
  sheet.skip(6);
  const write = (text: string): void => {
    sheet.write(text, 0, bodyWidthPt, { sizePt: 8.5, weight: 'bold' });
    sheet.skip(13);
  };
  if (shown < statement.lineCount && !isOwnBookDifferent(detail)) {
    const rest = thousands.format(statement.lineCount - shown);
    write(`여기까지 ${thousands.format(shown)}건입니다. 나머지 ${rest}건은 CSV 파일에 있습니다.`);
  }
  if (row.faults.length > 0) write(`양쪽 기록이 다른 거래가 ${thousands.format(row.faults.length)}건 있습니다.`);
  if (isOwnBookDifferent(detail)) write('합계는 보낸 쪽이 서명한 것이고, 거래 목록은 우리 장부의 것입니다.');
}

/** The text was verified when it was stored. */
function keyIdOf(jws: string): string {
  const header = JSON.parse(Buffer.from(jws.split('.', 1)[0] ?? '', 'base64url').toString('utf8')) as { kid?: string };
  return header.kid ?? '-';
}
