import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Company } from '../ports/ledger.ts';
import { companyNames, day, event, paymentId, shop } from '../roles/settle/testing/payment-day.ts';
import { createSettlementWorld, type SettlementWorld } from '../roles/settle/testing/settlement-world.ts';
import { addPages } from './add-pages.ts';
import { bookPagesOf } from './pages.ts';

describe('settlement as the book of one company has it', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  let world: SettlementWorld;
  let opened: WatchedPage | undefined;
  let page: WatchedPage['page'];
  const urls = new Map<Company, string>();

  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    world = await createSettlementWorld();
    // Only the operator knows its shops.
    world.companies.operator.app.get('/v1/merchants', async () => ({
      merchants: [{ merchantId: shop, name: '속초 밥상' }],
    }));
    for (const company of companyNames) {
      const { app } = world.companies[company];
      addPages(app, bookPagesOf[company]);
      urls.set(company, await app.listen({ host: '127.0.0.1', port: 0 }));
    }
    opened = await browser.openPage();
    page = opened.page;
  });
  afterEach(async () => {
    await opened?.close();
    await world?.dispose();
  });
  const book = async (amounts: Record<Company, number>): Promise<void> => {
    for (const company of companyNames)
      await world.book(company, event(1, 'sale', 'card', amounts[company]), shop, day);
    await world.close(day);
    await world.settle();
  };
  const goTo = (company: Company, path: string) => page.goto(`${urls.get(company)}${path}`);
  const hops = (): Promise<string[]> => page.locator('.hop h2').allTextContents();
  const tooWide = 'document.documentElement.scrollWidth <= innerWidth';

  it('shows each company the statements that it sends and gets, and its own book', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    for (const [company, titles, flow] of [
      ['card', ['S13 카드사 → PG사'], '카드사→PG사'],
      ['pg', ['S13 카드사 → PG사', 'S14 PG사 → 운영사'], '카드사→PG사→운영사'],
      ['operator', ['S14 PG사 → 운영사', `S15 운영사 → 가맹점`], 'PG사→운영사→가맹점'],
    ] as const) {
      await goTo(company, `/settlement?date=${day}`);
      await expect.poll(() => page.locator('.book').count()).toBe(1);
      expect(await hops(), company).toEqual(titles);
      expect((await page.locator('.flow-party').allTextContents()).join('→'), company).toBe(flow);
      // Of the other side it says nothing but what the statement names.
      expect(await page.locator('.end [data-state]').count(), company).toBe(titles.length);
      expect(await findBarriers(page), company).toEqual([]);
    }
    expect(await page.title()).toBe('ScanPay 운영사 정산');
    expect(await page.locator('[data-hop="S15"] .ends').textContent()).toContain('가맹점 속초 밥상');
    const s14 = page.locator('[data-hop="S14"]');
    for (const name of ['정산서 PDF', '거래 CSV']) {
      const [download] = await Promise.all([page.waitForEvent('download'), s14.getByRole('link', { name }).click()]);
      expect(await download.failure()).toBeNull();
    }
    await s14.locator('summary').click();
    await s14.locator('tbody tr').waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(tooWide)).toBe(true);
    expect(opened?.problems).toEqual([]);
  });

  it('lets a company give way on its own side only', async () => {
    await book({ card: 12_400, pg: 12_345, operator: 12_345 });
    const end = page.locator(`[data-hop="S13"] [data-line="${paymentId(1)}"]`);
    await goTo('card', `/settlement?date=${day}`);
    await end.getByRole('button', { name: /카드사: 상대 금액으로 정정\s*→ 12,123원/u }).waitFor();
    expect(await end.getByRole('button').count()).toBe(1);
    expect(await end.textContent()).toContain('또는 PG사가 양보');
    await goTo('pg', `/settlement?date=${day}`);
    const accept = end.getByRole('button', { name: /PG사: 상대 금액 인정\s*→ 12,177원/u });
    await accept.waitFor();
    expect(await end.getByRole('button').count()).toBe(1);
    expect(await end.textContent()).toContain('또는 카드사가 양보');
    await accept.click();
    await page.click('#ask-yes');
    await expect.poll(() => end.textContent()).toContain('PG사상대 금액 인정12,177원');
    expect(await findBarriers(page)).toEqual([]);
    await world.settle();
    await goTo('card', `/settlement?date=${day}`);
    await expect.poll(() => end.textContent()).toContain('PG사상대 금액 인정12,177원');
    expect(opened?.problems).toEqual([]);
  });

  it('closes a date in its own book alone', async () => {
    await goTo('operator', `/settlement?date=${day}`);
    await page.click('#close');
    expect(await page.locator('.ask').textContent()).toContain('운영사 장부의 이 날짜를 마감합니다');
    await page.click('#ask-yes');
    await expect.poll(() => page.locator('#outcome').textContent()).toContain('마감했습니다');
    await expect.poll(() => page.locator('[data-hop="S15"] .statement, [data-hop="S15"] .empty').count()).toBe(1);
  });

  it('follows a payment through the own book, and says what is owed by it', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    await goTo('operator', '/reconciliation');
    const debts = page.locator('#debts tbody tr');
    await expect.poll(() => debts.count()).toBe(5);
    expect(await page.locator('#debts .verdict').count()).toBe(0);
    expect(await debts.first().textContent()).toContain('상대 장부는 정산서로 확인');
    expect(await page.locator('#debts').textContent()).toContain('11,420원');
    expect(await page.locator('.hint:visible').first().textContent()).toContain('이 회사 장부의 지금 잔액');
    await page.fill('#payment', paymentId(99));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#split').textContent()).toContain('이 장부에 없습니다.');
    await page.fill('#payment', paymentId(1));
    await page.keyboard.press('Enter');
    await page.locator('.trace[data-company="operator"]').waitFor();
    expect(await page.locator('.trace').count()).toBe(1);
    expect(await page.locator('#split tbody tr').first().textContent()).toBe('고객 결제액12,345원장부 하나뿐');
    expect(await findBarriers(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(tooWide)).toBe(true);
    await page.click('#language');
    await expect.poll(() => page.title()).toBe('ScanPay operator: reconciliation');
  });
});
