import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyNames, day, event, paymentId, shop } from '../settle/testing/payment-day.ts';
import { createSandboxWorld, type SandboxWorld } from './testing/sandbox-world.ts';

describe('pages of the sandbox', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  let world: SandboxWorld | undefined;
  let opened: WatchedPage | undefined;
  let page: WatchedPage['page'];
  let url: string;

  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    world = await createSandboxWorld();
    url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    opened = await browser.openPage();
    page = opened.page;
  });
  afterEach(async () => {
    await opened?.close();
    await world?.dispose();
  });
  const deliver: SandboxWorld['deliver'] = (...message) => world?.deliver(...message);
  const book = async (amounts: Partial<Record<(typeof companyNames)[number], number>>): Promise<void> => {
    for (const company of companyNames) {
      const amount = amounts[company];
      if (amount !== undefined) await world?.companies.book(company, event(1, 'sale', 'card', amount), shop, day);
    }
  };

  it('show messages as they arrive, by phone, with picture and link', async () => {
    await page.goto(`${url}/`);
    await page.locator('#no-mobiles').waitFor();
    const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer();
    const link = `http://127.0.0.1:1/coupon#SP1%3A${'A'.repeat(300)}`;
    deliver('01099998888', { subject: 'other', text: 'another customer' });
    deliver('01012345678', { subject: '[ScanPay] 모바일 쿠폰', text: `인증번호 1234\n<b>${link}` }, jpeg);
    await page.getByRole('button', { name: '010-1234-5678' }).waitFor();
    await page.locator('.message img').waitFor();
    await expect.poll(() => page.evaluate('document.querySelector(".message img").naturalWidth')).toBe(40);
    const shown = page.locator('.message a');
    expect(await shown.getAttribute('href')).toBe(link);
    expect((await shown.textContent())?.length).toBeLessThan(60);
    // Text is text, whatever it looks like.
    expect(await page.locator('.message-text').textContent()).toContain('<b>');
    deliver('01012345678', { subject: '결제 승인', text: '61,200원' });
    await expect.poll(() => page.locator('.message').count()).toBe(2);
    expect(await page.locator('.message').last().textContent()).toContain('61,200원');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: '010-9999-8888' }).click();
    await expect.poll(() => page.locator('#messages').textContent()).toContain('another customer');
    expect(opened?.problems).toEqual([]);
  });

  it('close a day when told so, and follow the statements hop by hop', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    await page.goto(`${url}/settlement`);
    await page.fill('#date', day);
    await page.locator('[data-company="operator"] .sum-good').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#close');
    await page.keyboard.press('Escape');
    expect(await world?.companies.companies.card.settlement.listStatements(day)).toEqual([]);
    await page.click('#close');
    await page.click('#ask-yes');
    await expect.poll(() => page.locator('#outcome').textContent()).toContain('마감했습니다');
    await world?.companies.settle();
    const states = () =>
      page.evaluate('[...document.querySelectorAll("#flow [data-state]")].map((chip) => chip.dataset.state)');
    await expect.poll(states).toEqual(['paid', 'paid', 'presented']);
    const s13 = page.locator('[data-hop="S13"] .statement');
    expect(await s13.textContent()).toContain('12,123원');
    for (const name of ['PDF', 'CSV']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        s13.getByRole('link', { name: new RegExp(name) }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`^statement-S13-${day}-card-pg-.*\\.${name}$`, 'i'));
      expect(await download.failure()).toBeNull();
    }
    await s13.locator('summary').click();
    await s13.locator('tbody tr').waitFor();
    await page.click('#language');
    await expect.poll(() => page.locator('[data-hop="S13"] h2').textContent()).toContain('Card company → PG');
    expect(await findBarriers(page)).toEqual([]);
    expect(opened?.problems).toEqual([]);
  });

  it('let either side give way on a disputed line, and show how it ended', async () => {
    await book({ card: 12_400, pg: 12_345, operator: 12_345 });
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/settlement?date=${day}`);
    const end = page.locator(`[data-hop="S13"] [data-line="${paymentId(1)}"]`);
    await end.waitFor();
    // In words, with both ways out and what either pays.
    expect(await end.textContent()).toContain('정산 금액이 카드사 기록에서 54원 더 많습니다.');
    const [correct, accept] = [/카드사: 상대 금액으로 정정\s*→ 12,123원/u, /PG사: 상대 금액 인정\s*→ 12,177원/u].map(
      (name) => end.getByRole('button', { name }),
    );
    expect(await correct?.count()).toBe(1);
    await accept?.press('Enter');
    await page.locator('.ask').waitFor();
    expect(await page.locator('.ask').textContent()).toContain('12,177원');
    expect(await findBarriers(page)).toEqual([]);
    // Escape is no, and the keyboard goes on where it was.
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe(`settle-pg-sale-${paymentId(1)}`);
    await accept?.press('Enter');
    await page.fill('#settle-note', '카드사 <b>금액</b>이 맞음');
    await page.click('#ask-yes');
    await expect.poll(() => end.textContent()).toContain('PG사상대 금액 인정12,177원');
    await expect.poll(() => end.textContent()).toContain('카드사 <b>금액</b>이 맞음');
    await expect.poll(() => end.getByRole('button').count()).toBe(0);
    await world?.companies.settle();
    await expect.poll(() => end.textContent()).toContain('정리됨');
    await page.click('#language');
    await expect.poll(() => end.textContent()).toContain('accepts the line as stated');
    expect(await findBarriers(page)).toEqual([]);
    expect(opened?.problems).toEqual([]);
  });

  it('say why a line cannot be settled, and leave the choice', async () => {
    await book({ card: 12_400, pg: 12_345, operator: 12_345 });
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/settlement?date=${day}`);
    const accept = page.locator(`#settle-pg-sale-${paymentId(1)}`);
    await accept.waitFor();
    world?.unplug('pg');
    await accept.click();
    await page.click('#ask-yes');
    const end = page.locator(`[data-line="${paymentId(1)}"]`);
    await expect.poll(() => end.locator('[role="alert"]').textContent()).toContain('upstream_unavailable');
    await expect.poll(() => accept.isEnabled()).toBe(true);
  });

  it('fit a phone: amounts in sight, none broken in two', async () => {
    await book({ card: 12_345_678, pg: 12_345_678, operator: 12_345_678 });
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${url}/settlement?date=${day}`);
    await page.locator('[data-hop="S15"] summary').click();
    const amounts = page.locator('[data-hop="S15"] .amount-cell.number');
    await expect.poll(() => amounts.count()).toBe(3);
    const rows = `[...document.querySelectorAll('[data-hop="S15"] .amount-cell.number')].map((cell) => {
      const { right, left } = cell.getBoundingClientRect();
      return left >= 0 && right <= innerWidth && cell.scrollWidth <= cell.clientWidth;
    })`;
    expect(await page.evaluate(rows)).toEqual([true, true, true]);
    const tooWide = `[...document.querySelectorAll('main *')].flatMap((element) =>
      element.getBoundingClientRect().right > innerWidth ? [element.outerHTML.slice(0, 80)] : [])`;
    expect(await page.evaluate(tooWide)).toEqual([]);
    await page.goto(`${url}/reconciliation?payment=${paymentId(1)}`);
    await page.locator('.trace .facts').last().waitFor();
    expect(await page.evaluate(tooWide)).toEqual([]);
    // English names of columns are longer than the amounts below them.
    await page.click('#language');
    await expect.poll(() => page.locator('#debts').textContent()).toContain('same');
    const cutOff = `[...document.querySelectorAll('.stacking td.amount-cell')].filter((cell) =>
      cell.scrollWidth > cell.clientWidth).map((cell) => [cell.dataset.head, cell.textContent, cell.scrollWidth, cell.clientWidth].join(' '))`;
    expect(await page.evaluate(cutOff)).toEqual([]);
  });

  it('show both versions of a line in dispute, and who does not answer', async () => {
    await book({ card: 12_400, pg: 12_345, operator: 12_345 });
    await world?.companies.close(day);
    await world?.companies.settle();
    world?.unplug('operator');
    await page.goto(`${url}/settlement`);
    await page.fill('#date', day);
    const faults = page.locator('[data-hop="S13"] .faults');
    await faults.waitFor();
    expect(await faults.textContent()).toContain('12,400원');
    expect(await faults.textContent()).toContain('12,345원');
    await expect.poll(() => page.locator('[data-company="operator"]').textContent()).toContain('upstream_unavailable');
    await page.click('#close');
    await page.click('#ask-yes');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('upstream_unavailable');
    expect(await findBarriers(page)).toEqual([]);
  });
});
