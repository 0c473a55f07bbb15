import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperatorWorld, otherShop, shop } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { contractsPage } from './pages.ts';

describe('the page of contracts', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('shows every version, and enters a new one that begins later', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const { app } = world.role;
    addPages(app, [contractsPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const { page, problems, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(`${url}/contracts`);
    const rows = page.locator('#versions tbody tr');
    await rows.first().waitFor();
    expect(await rows.allTextContents()).toEqual([expect.stringContaining('전체 상품')]);
    expect(await rows.first().textContent()).toContain('1.8%');
    expect(await rows.first().textContent()).toContain('과세');

    await page.fill('#from', '2026-11-23');
    await page.fill('#cardFee-percent', '1.15');
    await page.fill('#operatorFee-percent', '3');
    await page.fill('#operatorFee-min', '500');
    await page.fill('#operatorFee-cap', '3000');
    await page.selectOption('#tender', 'card');
    await page.selectOption('#discount', 'amount-per-night');
    await page.fill('#discount-size', '10000');
    await page.selectOption('#cycle', 'weekly');
    await page.fill('#cycle-day', '3');
    await page.selectOption('#taxation', 'exempt');
    await page.selectOption('#vat-type', 'simplified');
    await page.click('button[type=submit]');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('/validFrom');

    await page.fill('#from', '2026-11-24');
    await page.click('button[type=submit]');
    await expect.poll(() => page.locator('#outcome').textContent()).toContain('4번');
    await expect.poll(() => rows.count()).toBe(2);
    const newest = await rows.first().textContent();
    for (const words of [
      '카드',
      '1.15%',
      '3% ≥ 500원 ≤ 3,000원',
      '1박당 10,000원',
      '다음 주 수요일',
      '면세 · 간이과세자',
    ]) {
      expect(newest).toContain(words);
    }
    expect((await world.store.listContracts(shop)).at(-1)?.contract).toMatchObject({
      version: 4,
      tender: 'card',
      validFrom: '2026-11-24',
      cardFee: { bps: 115, minWon: 0, capWon: null },
      operatorFee: { bps: 300, minWon: 500, capWon: 3_000 },
      discount: { kind: 'amount-per-night', amountWon: 10_000 },
      settlementCycle: { kind: 'weekly', weekday: 3 },
      taxation: 'exempt',
      vatType: 'simplified',
    });
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#language');
    await expect.poll(() => rows.first().textContent()).toContain('Wednesday of the next week');
    expect(await rows.first().textContent()).toContain('tax-free · simplified taxpayer');
    // The next version begins with the tax of this one; another merchant with its own.
    await page.reload();
    await rows.first().waitFor();
    expect([await page.inputValue('#taxation'), await page.inputValue('#vat-type')]).toEqual(['exempt', 'simplified']);
    await page.selectOption('#merchant', otherShop);
    await expect.poll(() => page.inputValue('#taxation')).toBe('taxable');
    await expect.poll(() => problems).toEqual([expect.stringContaining('400')]);
  });
});
