import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperatorWorld } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { putHead } from './page-head.ts';
import {
  alarmsPage,
  bookPagesOf,
  boxPage,
  cashReceiptsPage,
  claimsPage,
  contractsPage,
  fleetPage,
  noShowsPage,
  rolloutsPage,
} from './pages.ts';

const listed = [
  ...[fleetPage, alarmsPage, claimsPage, rolloutsPage, contractsPage, noShowsPage, cashReceiptsPage],
  ...bookPagesOf.operator,
];

describe('the head of pages that belong together', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('names all of them in one order, marks the current one, and lets a keyboard past it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const { app } = world.role;
    addPages(app, [...listed, boxPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const { page, close } = await browser.openPage({ widthPx: 360 });
    ctx.onTestFinished(close);
    const titles = new Set<string>();
    for (const path of [...listed.map((each) => each.path), '/boxes/box-1']) {
      await page.goto(`${url}${path}`);
      const links = page.locator('header nav a');
      const paths = await page.evaluate('[...document.querySelectorAll("header nav a")].map((link) => link.pathname)');
      expect(paths, path).toEqual(listed.map((each) => each.path));
      const current = page.locator('header nav [aria-current]');
      const [mark, href] = path.startsWith('/boxes/') ? ['true', '/fleet'] : ['page', path];
      expect(await current.getAttribute('aria-current'), path).toBe(mark);
      expect(await current.getAttribute('href'), path).toBe(href);
      titles.add(await page.title());
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id'), { message: path }).toBe('main');
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
      await page.click('#language');
      expect(await links.last().textContent()).toBe('Reconciliation');
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await findBarriers(page), path).toEqual([]);
      await page.click('#language');
    }
    expect(titles.size).toBe(listed.length + 1);
  }, 120_000);

  it('is missed in a page that keeps no place for it', () => {
    expect(() => putHead('<body></body>', { label: { ko: '', en: '' }, links: [] }, '/x', true)).toThrow('/x');
  });
});
