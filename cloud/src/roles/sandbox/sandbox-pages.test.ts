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
    await s13.locator('summary').click();
    await s13.locator('tbody tr').waitFor();
    await page.click('#language');
    await expect.poll(() => page.locator('[data-hop="S13"] h2').textContent()).toContain('Card company → PG');
    expect(await findBarriers(page)).toEqual([]);
    expect(opened?.problems).toEqual([]);
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
    expect(await page.locator('[data-company="operator"]').textContent()).toContain('upstream_unavailable');
    await page.click('#close');
    await page.click('#ask-yes');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('upstream_unavailable');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('follow a payment through all books, and say who owes whom', async () => {
    await book({ card: 12_345, pg: 12_345, operator: 12_345 });
    await world?.companies.close(day);
    await world?.companies.settle();
    await page.goto(`${url}/reconciliation`);
    const debts = page.locator('#debts tbody tr');
    await expect.poll(() => debts.count()).toBe(6);
    expect(await debts.nth(0).textContent()).toContain('일치');
    expect(await debts.nth(3).textContent()).toContain('11,420원');
    expect(await findBarriers(page)).toEqual([]);
    await page.fill('#payment', 'not a number');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('invalid_input');
    await page.fill('#payment', paymentId(1));
    await page.keyboard.press('Enter');
    const operator = page.locator('.trace[data-company="operator"]');
    await operator.waitFor();
    expect(await page.locator('#problem').textContent()).toBe('');
    expect(await operator.textContent()).toContain('S15 운영사 → 가맹점');
    await page.click('#language');
    await expect.poll(() => operator.textContent()).toContain('Contract version');
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.title()).toContain('reconciliation');
    await page.reload();
    await operator.waitFor();
  });
});
