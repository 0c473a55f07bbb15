import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReleaseWorld } from '../roles/operator/testing/release-world.ts';
import { addPages } from './add-pages.ts';
import { rolloutsPage } from './pages.ts';

describe('the page of rollouts', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('begins a rollout, shows each box and why it failed, and ends it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const world = await createReleaseWorld({}, (app) => addPages(app, [rolloutsPage]));
    ctx.onTestFinished(() => world.dispose());
    for (const n of [1, 2, 3]) await world.report(`box-${n}`, '1.0.0');
    await world.publish('1.1.0');
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    const { page, problems, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(`${url}/rollouts`);
    await expect.poll(() => page.locator('#version').inputValue()).toBe('1.1.0');
    await page.fill('#percent', '100');
    await page.fill('#groups', 'nobody, pilot');
    await page.click('button[type=submit]');
    await expect.poll(() => page.locator('#open-title').textContent()).toBe('1.1.0 · 진행 중 · 100%');
    await page.click('text=배포 종료');
    await expect.poll(() => page.locator('#open').isHidden()).toBe(true);
    // The newest is the one on show: two of the same millisecond have no order.
    world.scheduler.advance(1_000);
    await page.fill('#groups', '');
    await page.click('button[type=submit]');
    const boxes = page.locator('#boxes tbody tr');
    await expect.poll(() => boxes.count()).toBe(3);

    const [last] = await world.store.listRollouts(1);
    const rolloutId = last?.rolloutId ?? '';
    await world.report('box-1', '1.1.0', { rolloutId, phase: 'confirmed' });
    await world.report('box-2', '1.0.0', {
      rolloutId,
      phase: 'rolled-back',
      code: 'update_self_test',
      detail: 'receipt',
    });
    await page.reload();
    await expect.poll(() => boxes.nth(0).textContent()).toContain('완료');
    expect(await boxes.nth(1).textContent()).toContain('자체 점검을 통과하지 못해');
    expect(await boxes.nth(1).textContent()).toContain('update_self_test: receipt');
    expect(await page.locator('.counts dd').allTextContents()).toEqual(['2', '3', '1', '1']);
    expect(await findBarriers(page)).toEqual([]);
    if (process.env.SCANPAY_PICTURES)
      await page.screenshot({ path: `${process.env.SCANPAY_PICTURES}/ko.png`, fullPage: true });
    await page.click('#language');
    await expect.poll(() => boxes.nth(1).textContent()).toContain('went back');
    if (process.env.SCANPAY_PICTURES)
      await page.screenshot({ path: `${process.env.SCANPAY_PICTURES}/en.png`, fullPage: true });
    await page.click('text=Pause');
    await expect.poll(() => page.locator('#open-title').textContent()).toContain('paused');
    expect(problems).toEqual([]);
  });
});
