import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyNames, day, event, paymentId, shop } from '../settle/testing/payment-day.ts';
import { createSandboxWorld, type SandboxWorld } from './testing/sandbox-world.ts';

describe('the page of reconciliation', () => {
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
  const book = async (amounts: Partial<Record<(typeof companyNames)[number], number>>): Promise<void> => {
    for (const company of companyNames) {
      const amount = amounts[company];
      if (amount !== undefined) await world?.companies.book(company, event(1, 'sale', 'card', amount), shop, day);
    }
  };

  it('follows a payment through all books, and says who owes whom', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/reconciliation`);
    const debts = page.locator('#debts tbody tr');
    await expect.poll(() => debts.count()).toBe(6);
    expect(await debts.nth(0).textContent()).toContain('일치');
    expect(await debts.nth(3).textContent()).toContain('11,420원');
    expect(await debts.nth(3).textContent()).toContain('가맹점은 장부 없음');
    expect(await page.locator('#debts .verdict').textContent()).toBe('세 회사의 장부가 모두 일치합니다.');
    expect(await findBarriers(page)).toEqual([]);
    await page.fill('#payment', 'not a number');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('invalid_input');
    await page.fill('#payment', paymentId(99));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#split').textContent()).toContain('어느 회사의 장부에도 없습니다');
    await page.fill('#payment', paymentId(1));
    await page.keyboard.press('Enter');
    const operator = page.locator('.trace[data-company="operator"]');
    await operator.waitFor();
    await expect.poll(() => page.locator('#problem').textContent()).toBe('');
    expect(await operator.textContent()).toContain('S15 운영사 → 가맹점');
    // Each won of it, as all three have it, and this payment's part of each statement.
    expect(await page.locator('#split tbody tr').allTextContents()).toEqual([
      '고객 결제액12,345원12,345원12,345원일치',
      '카드사 수수료222원222원222원일치',
      'PG사 수수료–86원86원일치',
      '운영사 수수료–617원617원일치',
      '가맹점 몫–11,420원11,420원일치',
    ]);
    expect(await operator.locator('[data-statement]').last().textContent()).toContain('이 결제 분11,420원');
    for (const sum of await page.locator('.trace tfoot tr').allTextContents()) {
      expect(sum).toMatch(/^합계(.+원)\1$/u);
    }
    await page.click('#language');
    await expect.poll(() => operator.textContent()).toContain('Contract version');
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.title()).toContain('reconciliation');
    await page.reload();
    await operator.waitFor();
    // From the payment to the statement it stands in, and back from one of its lines.
    await operator.getByRole('link', { name: /S15/u }).click();
    await page.locator('[data-hop="S15"] summary').click();
    await page.locator('[data-hop="S15"] tbody a').click();
    await operator.waitFor();
  });

  it('finds a won by the code of a receipt, an amount, and the number of a statement', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    for (const company of companyNames) {
      await world?.companies.book(company, event(2, 'sale', 'card', 12_345), shop, day);
    }
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/reconciliation`);
    const look = async (text: string): Promise<void> => {
      await page.fill('#payment', text);
      await page.fill('#date', day);
      await page.keyboard.press('Enter');
    };
    await look(`SR1:${paymentId(2).toUpperCase()}`);
    await expect.poll(() => page.locator('#split tbody tr').first().textContent()).toContain('12,345원');
    await look('12,345원');
    const rows = page.locator('#findings tbody tr');
    await expect.poll(() => rows.allTextContents()).toHaveLength(2);
    expect(await rows.first().textContent()).toContain('매출 · 카드…00000001');
    expect(await page.locator('#split tbody tr').count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await look('24,690');
    await expect.poll(() => rows.allTextContents()).toHaveLength(3);
    expect(await rows.first().textContent()).toContain('S13 카드사 → PG사');
    await page.reload();
    await expect.poll(() => rows.allTextContents()).toHaveLength(3);
    await look('13');
    await expect.poll(() => page.locator('#split').textContent()).toContain('어느 회사의 장부에도 없습니다');
    await look('12,345');
    await rows.nth(1).locator('a').click();
    await expect.poll(() => page.locator('#split tbody tr').count()).toBe(5);
  });

  it('says where the books of two companies differ, and by how much', async () => {
    await book({ card: 12_400, pg: 12_345, operator: 12_345 });
    await page.goto(`${url}/reconciliation?payment=${paymentId(1)}`);
    await page.locator('#split tbody tr').first().waitFor();
    expect(await page.locator('#debts .verdict').textContent()).toBe('양쪽 장부가 다른 곳이 1군데 있습니다.');
    expect(await page.locator('#debts tbody tr').first().textContent()).toContain('54원 다름');
    expect(await page.locator('#split tbody tr').first().textContent()).toBe('고객 결제액12,400원12,345원12,345원다름');
    world?.unplug('card');
    await expect.poll(() => page.locator('#debts .verdict').textContent()).toContain('응답하지 않는 회사');
    expect(await page.locator('#debts tbody tr').first().textContent()).toContain('응답 없음');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('does not look for a payment in cash at the card company', async () => {
    for (const company of ['pg', 'operator'] as const) {
      await world?.companies.book(company, event(1, 'sale', 'cash', 20_000), shop, day);
    }
    for (const company of companyNames) {
      await world?.companies.book(company, event(2, 'sale', 'card', 10_000), shop, day);
    }
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/reconciliation?payment=${paymentId(1)}`);
    const pg = page.locator('.trace[data-company="pg"]');
    await pg.waitFor();
    const hops = async () => (await pg.locator('[data-statement] a').allTextContents()).map((text) => text.slice(0, 3));
    expect(await hops()).toEqual(['S14']);
    expect(await page.locator('.trace[data-company="card"]').textContent()).toContain('이 장부에는 없는 결제입니다.');
    expect(await page.locator('#split tbody tr').first().textContent()).toBe('고객 결제액20,000원20,000원일치');
    // The statement says what of the sales is in the shop's till already.
    await page.goto(`${url}/settlement?date=${day}`);
    await expect
      .poll(() => page.locator('[data-hop="S15"] .facts').textContent())
      .toContain('− 가맹점 현금 보유분20,000원');
  });
});
