import type { StatementId } from '@scanpay/shared/ids.ts';
import { makeStatementText, openStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, event, otherShop, shop, viewWorld } from '../testing/payment-day.ts';
import { createSettlementWorld, type SettlementWorld } from '../testing/settlement-world.ts';
import { readStatementPages } from './statement-lines.ts';
import type { FindParty } from './statement-words.ts';
import { createLargeStatement } from './testing/large-statement.ts';
import { collect, readPdf } from './testing/read-pdf.ts';
import { writeStatementCsv } from './write-statement-csv.ts';
import { maxStatementPdfPages, writeStatementPdf } from './write-statement-pdf.ts';

const nobody: FindParty = () => undefined;

describe('files of a statement', () => {
  let world: SettlementWorld;
  const { statements, book, closeAndSettle } = viewWorld(() => world);
  const download = (company: 'card' | 'pg' | 'operator', statementId: StatementId, extension: string) =>
    world.companies[company].app.inject(`/v1/settlement/statements/${statementId}/statement.${extension}`);
  const s15 = async (merchantId = shop) => {
    const row = (await statements('operator')).find(({ receiver }) => receiver === merchantId);
    if (row === undefined) throw new Error('no statement');
    return row;
  };

  beforeEach(async () => {
    world = await createSettlementWorld();
    await book(event(1, 'sale', 'card', 12_345));
    await book(event(2, 'sale', 'cash', 50_000));
    await book(event(3, 'sale', 'card', 7_000));
    await book(event(3, 'cancel', 'card', 7_000));
    await book(event(4, 'sale', 'cash', 9_000), otherShop);
    await closeAndSettle();
  });
  afterEach(() => world.dispose());

  it('give the signed text with its lines, which anybody with the key can verify', async () => {
    const { statementId } = await s15();
    const response = await download('operator', statementId, 'json-lines');
    expect(response.headers['content-disposition']).toContain(`statement-S15-${day}-operator-m-1-`);
    const opened = await openStatementText(response.body, world.operatorKey);
    if (!opened.ok) throw new Error(opened.detail);
    expect(opened.value.lines.map(({ kind }) => kind)).toEqual(['sale', 'sale', 'cancel', 'sale']);
    const [jws = ''] = response.body.split('\n');
    expect(response.body).toBe(makeStatementText(jws, opened.value.lines));
  });

  it('give a CSV that Korean Excel opens as it is', async () => {
    const { statementId } = await s15();
    const response = await download('operator', statementId, 'csv');
    expect(response.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const rows = response.body.replace('\uFEFF', '').split('\r\n');
    expect(rows.pop()).toBe('');
    expect(rows[0]).toContain('결제번호 Payment ID');
    expect(rows.slice(1).map((row) => row.split(',').slice(2, 4))).toEqual([
      ['매출 sale', '카드 card'],
      ['매출 sale', '현금 cash'],
      // Signed the other way round: a spreadsheet shows a sale before what was taken back of it.
      ['매출 sale', '카드 card'],
      ['취소 cancel', '카드 card'],
    ]);
    // Amounts are numbers to a spreadsheet, a negative one too.
    expect(rows[4]?.split(',').slice(6, 9)).toEqual(['-7000', '-525', '-6475']);
  });

  it('mark the lines at fault, and leave the signed lines to their sender', async () => {
    await world.dispose();
    world = await createSettlementWorld();
    await book(event(1, 'sale', 'card', 12_400), shop, ['card']);
    await book(event(1, 'sale', 'card', 12_345), shop, ['pg', 'operator']);
    await book(event(2, 'sale', 'card', 10_000));
    await closeAndSettle();
    const [received] = await statements('pg');
    if (received === undefined) throw new Error('no statement');
    expect(received.state).toBe('part-paid');
    const text = await download('pg', received.statementId, 'json-lines');
    expect([text.statusCode, text.json().code]).toEqual([409, 'statement_mismatch']);
    expect((await download('card', received.statementId, 'json-lines')).statusCode).toBe(200);
    const [, atFault, agreed] = (await download('pg', received.statementId, 'csv')).body.split('\r\n');
    expect(atFault).toMatch(/,12345,.*,이의 disputed$/);
    expect(agreed).toMatch(/,10000,.*,$/);
  });

  it('give a PDF in Korean that names both sides, the sums and the signed text', async (ctx) => {
    world.parties.set(shop, { name: '속초 밥상', businessNumber: '123-45-67890' });
    const { statementId, payableWon } = await s15();
    const response = await download('operator', statementId, 'pdf');
    expect(response.headers['content-type']).toBe('application/pdf');
    const { pages, drawFirst } = await readPdf(ctx, [response.rawPayload]);
    expect(pages).toHaveLength(1);
    const words = pages[0] ?? '';
    for (const word of ['정산서', '운영사', '속초 밥상', '123-45-67890', day, 'box-m-1', '승인 대기', 'operator-1'])
      expect(words).toContain(word);
    expect(words).toMatch(/보낸 쪽이 받는 쪽에 낼 금액 +8,\d{3}원/);
    expect(words).toContain(`${payableWon.toLocaleString('en-US')}원`);
    // When it is paid, and what of the sales the shop has in its till: sales less fees are not what is payable.
    expect(words).toMatch(new RegExp(`지급일 +${day}`));
    expect(words).toMatch(/가맹점 현금 보유분 \(매출에 포함, 정산하지 않음\) +[\d,]+원/);
    expect(words).toContain((await world.companies.operator.settlement.findStatement(statementId))?.row.statementId);
    const { data, info } = await sharp(drawFirst()).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([596, 842]);
    // A page with text on it: mostly white, some black.
    const dark = data.filter((grey) => grey < 128).length / data.length;
    expect(dark).toBeGreaterThan(0.005);
    expect(dark).toBeLessThan(0.2);
  });

  it('tell who pays when the merchant owes', async (ctx) => {
    const { statementId } = await s15(otherShop);
    const { pages } = await readPdf(ctx, [(await download('operator', statementId, 'pdf')).rawPayload]);
    expect(pages[0]).toMatch(/받는 쪽이 보낸 쪽에 낼 금액 +\d+원/);
  });

  it('are the same bytes while the statement is the same, however often they are asked for', async () => {
    const { statementId } = await s15();
    for (const extension of ['json-lines', 'csv', 'pdf']) {
      const first = await download('operator', statementId, extension);
      for (let time = 0; time < 6; time += 1) {
        const again = await download('operator', statementId, extension);
        expect(again.statusCode).toBe(200);
        expect(again.rawPayload.equals(first.rawPayload)).toBe(true);
      }
    }
  });

  it('are not there for a statement that is not', async () => {
    const nowhere = await download('operator', '019ab0c2-0000-7000-8000-00000000dead' as StatementId, 'csv');
    expect([nowhere.statusCode, nowhere.json().code]).toEqual([404, 'not_found']);
    const { statementId } = await s15();
    const url = `/v1/settlement/statements/${statementId}/statement.csv`;
    expect((await world.companies.operator.app.inject({ method: 'HEAD', url })).statusCode).toBe(404);
  });

  it('are so many at once, and no more', async () => {
    const { statementId } = await s15();
    const answers = await Promise.all(Array.from({ length: 12 }, () => download('operator', statementId, 'csv')));
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    expect(statuses).toEqual(new Set([200, 429]));
    await expect.poll(async () => (await download('operator', statementId, 'csv')).statusCode).toBe(200);
  });
});

describe('files of a large statement', () => {
  it('are read no faster than they are taken', async () => {
    const large = await createLargeStatement(20_000);
    const csv = writeStatementCsv(large.detail, readStatementPages(large.settlement, large.detail));
    for (let chunk = 0; chunk < 4; chunk += 1) await csv.next();
    expect(large.pagesRead()).toBe(3);
    await csv.return(undefined);
    expect(large.pagesRead()).toBe(3);
  });

  it('have every line of it in the CSV', async () => {
    const large = await createLargeStatement(20_000);
    const csv = await collect(writeStatementCsv(large.detail, readStatementPages(large.settlement, large.detail)));
    const rows = csv.toString('utf8').trimEnd().split('\r\n').slice(1);
    expect(rows).toHaveLength(20_000);
    const payable = rows.reduce((sum, row) => sum + Number(row.split(',')[8]), 0);
    expect(payable).toBe(large.detail.statement.totals.payableWon);
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(rows.map((_, at) => at + 1));
  });

  it('break off at the end when the book has other lines than were signed', async () => {
    const large = await createLargeStatement(2_500, 1_234);
    const reading = collect(writeStatementCsv(large.detail, readStatementPages(large.settlement, large.detail)));
    await expect(reading).rejects.toMatchObject({ code: 'statement_mismatch' });
  });

  it('have as many lines in the PDF as pages allow, and say where the rest is', { timeout: 60_000 }, async (ctx) => {
    const large = await createLargeStatement(30_000);
    const lines = readStatementPages(large.settlement, large.detail);
    const { pages } = await readPdf(ctx, await writeStatementPdf(large.detail, lines, nobody));
    expect(pages).toHaveLength(maxStatementPdfPages);
    expect(large.pagesRead()).toBeLessThanOrEqual(2);
    pages.forEach((page, at) => {
      expect(page).toContain(`${at + 1} / ${maxStatementPdfPages}`);
    });
    const [, shown = '', rest = ''] =
      /여기까지 ([\d,]+)건입니다. 나머지 ([\d,]+)건은 CSV/.exec(pages.at(-1) ?? '') ?? [];
    expect(Number(shown.replace(',', '')) + Number(rest.replace(',', ''))).toBe(30_000);
    expect(pages.join('\n').match(/019ab0c0-0000-7000-8000-[0-9a-f]{12}/g)).toHaveLength(
      Number(shown.replace(',', '')),
    );
  });

  it('survive names of every kind', async (ctx) => {
    const large = await createLargeStatement(3);
    const hostile = `속초 밥상 👩‍🍳\u202E<b>שלום\u0000\n${'가'.repeat(5_000)}`;
    const party: FindParty = (name) =>
      name === 'm-sokcho' ? { name: hostile, businessNumber: '123-45-67890' } : undefined;
    const lines = readStatementPages(large.settlement, large.detail);
    const { pages } = await readPdf(ctx, await writeStatementPdf(large.detail, lines, party));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toMatch(/속초 밥상 □□<b>□□□□ {2,}가+…/);
    expect(pages[0]).toContain('123-45-67890');
  });
});
