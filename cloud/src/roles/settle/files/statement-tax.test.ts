import { won } from '@scanpay/shared/money.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import { splitTax } from '@scanpay/shared/tax/tax.ts';
import { describe, expect, it } from 'vitest';
import type { StatementTaxReader, TaxSums } from '../../../ports/statement-tax.ts';
import { readStatementPages } from './statement-lines.ts';
import type { FindParty } from './statement-words.ts';
import { createLargeStatement } from './testing/large-statement.ts';
import { readPdf } from './testing/read-pdf.ts';
import { writeStatementCsv } from './write-statement-csv.ts';
import { writeStatementPdf } from './write-statement-pdf.ts';

const nobody: FindParty = () => undefined;
const taxOf = ({ chargedWon }: StatementLine): TaxSums => splitTax(chargedWon, {});

/** Every line taxable; `pagesRead` are the pages its lines were asked for. */
function createReader(wholeWon: number, missing = ''): StatementTaxReader & { pageSizes: number[] } {
  const pageSizes: number[] = [];
  return {
    pageSizes,
    sumTax: async () => ({ supplyWon: won(wholeWon - 1_234), vatWon: won(1_000), taxFreeWon: won(234) }),
    async readLineTax(lines) {
      pageSizes.push(lines.length);
      return lines.map((line) => (line.paymentId === missing ? undefined : taxOf(line)));
    },
  };
}

describe('the tax in files of a merchant’s statement', () => {
  it('stands on every line of the CSV, read page by page', async () => {
    const { settlement, detail, pagesRead } = await createLargeStatement(2_500);
    const reader = createReader(detail.statement.totals.chargedWon);
    const csv = writeStatementCsv(detail, readStatementPages(settlement, detail), reader);
    const head = (await csv.next()).value ?? '';
    expect(head).toContain(',공급가액 Net (KRW),부가세 VAT (KRW),면세금액 Tax-free (KRW)\r\n');
    await csv.next();
    expect([pagesRead(), reader.pageSizes]).toEqual([1, [1_000]]);
    let rows = 1_000;
    for await (const chunk of csv) {
      for (const row of chunk.trimEnd().split('\r\n')) {
        const cells = row.split(',').map(Number);
        expect((cells[10] ?? 0) + (cells[11] ?? 0) + (cells[12] ?? 0)).toBe(cells[6]);
        expect(cells[11]).toBe(Math.floor((cells[6] ?? 0) / 11));
        rows += 1;
      }
    }
    expect(rows).toBe(2_500);
  });

  it('is left open in a line the operator has no payment of', async () => {
    const { settlement, detail } = await createLargeStatement(2);
    const pages = readStatementPages(settlement, detail);
    const [line] = (await settlement.readLines(detail.statement.statementId, null))?.lines ?? [];
    let text = '';
    for await (const chunk of writeStatementCsv(detail, pages, createReader(0, line?.paymentId))) text += chunk;
    const [, first, second] = text.split('\r\n');
    expect(first).toMatch(/,,,$/);
    expect(second).toMatch(/,\d+,\d+,0$/);
  });

  it('is in the PDF as three sums', async (ctx) => {
    const { settlement, detail } = await createLargeStatement(3);
    const reader = createReader(detail.statement.totals.chargedWon);
    const pdf = await writeStatementPdf(detail, readStatementPages(settlement, detail), nobody, reader);
    const { pages } = await readPdf(ctx, pdf);
    expect(pages[0]).toMatch(/매출의 세금 구분/);
    expect(pages[0]).toMatch(/공급가액 +[\d,]+원/);
    expect(pages[0]).toMatch(/부가세 +1,000원/);
    expect(pages[0]).toMatch(/면세금액 +234원/);
  });

  it('is not shown where it does not add up to what the statement says', async (ctx) => {
    const { settlement, detail } = await createLargeStatement(3);
    const reader = createReader(detail.statement.totals.chargedWon - 1);
    const pdf = await writeStatementPdf(detail, readStatementPages(settlement, detail), nobody, reader);
    const { pages } = await readPdf(ctx, pdf);
    expect(pages[0]).toContain('결제 기록의 합계가 정산서의 매출과 달라 표시하지 않습니다.');
    expect(pages[0]).not.toContain('면세금액');
  });
});
