import { receiptKey } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { parseReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import { receiptSealKeyOf, sealReceiptIdentity } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { createOperatorWorld } from '../roles/operator/testing/operator-world.ts';
import type { TestBox } from '../roles/operator/testing/test-box.ts';
import { addPages } from './add-pages.ts';
import { cashReceiptsPage } from './pages.ts';

const mobile = '01055556789';
function ask({ deviceId }: TestBox) {
  const identity = parseReceiptIdentity('income-deduction', mobile);
  if (!identity.ok) throw new Error(identity.code);
  const sealed = sealReceiptIdentity(identity.value, deviceId, receiptSealKeyOf(receiptKey));
  return { purpose: 'income-deduction', numberMasked: '010-****-6789', sealed } as const;
}

describe('the page of cash receipts', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  async function open(ctx: TestContext, own: TestBrowser, widthPx: number) {
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const box = await world.enrol('box-1');
    const { app } = world.role;
    addPages(app, [cashReceiptsPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const opened = await own.openPage({ widthPx });
    ctx.onTestFinished(opened.close);
    const sell = async () => {
      const request = await box.request(await world.coupon(), { tender: 'cash', cashReceipt: ask(box) });
      await world.deliver(request);
      await world.until(async () => (await world.state(request.paymentId)) === 'approved', 500);
      return request;
    };
    const reaches = (counts: { waiting: number; failed: number }) =>
      world.until(async () => JSON.stringify(await world.store.countReceipts()) === JSON.stringify(counts));
    return { world, url, sell, reaches, ...opened };
  }

  it('says what failed, of which sale and why; tries it again, and shows what came of it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { page, url, world, sell, reaches, problems } = await open(ctx, browser, 1024);
    await page.goto(`${url}/cash-receipts`);
    await expect.poll(() => page.textContent('#orders')).toContain('실패한 현금영수증이 없습니다.');
    expect(await findBarriers(page)).toEqual([]);

    world.issuer.modes.next = 'refuses';
    const refused = await sell();
    await reaches({ waiting: 0, failed: 1 });
    world.issuer.modes.next = 'silent';
    await sell();
    await reaches({ waiting: 1, failed: 1 });
    await page.reload();
    const row = page.locator('#orders tbody tr');
    await expect.poll(() => row.count()).toBe(1);
    const text = await row.textContent();
    for (const words of ['속초 밥상', 'box-1', refused.paymentId.slice(-8), '010-****-6789', '소득공제', '45,000원']) {
      expect(text).toContain(words);
    }
    expect(text).toContain('국세청에서 현금영수증 발급을 거절했습니다.');
    expect(await page.textContent('#counts')).toMatch(/실패1건처리 중.*1건/u);
    expect(await page.content()).not.toContain(mobile);
    expect(await findBarriers(page)).toEqual([]);

    // Refused once more: it says so, and stays.
    world.issuer.modes.next = 'refuses';
    await row.getByRole('button', { name: '다시 시도' }).press('Enter');
    await expect.poll(() => page.textContent('#outcome')).toContain('다시 실패했습니다.');
    await row.getByRole('button', { name: '다시 시도' }).waitFor();
    world.issuer.modes.next = 'answers';
    await row.getByRole('button', { name: '다시 시도' }).press('Enter');
    await expect.poll(() => page.textContent('#outcome')).toContain('발급 완료');
    const number = world.issuer.issued.get(`issue/${refused.paymentId}`)?.approvalNumber ?? '';
    expect(number).not.toBe('');
    await expect.poll(() => row.textContent()).toContain(number);
    expect(await row.getByRole('button').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('orders');
    await page.click('#language');
    await expect.poll(() => row.textContent()).toContain('Issued');
    expect(await page.title()).toBe('ScanPay operator: cash receipts');
    expect(await findBarriers(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('does not take what failed before another try for what came of it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { page, url, world, sell, reaches, problems } = await open(ctx, browser, 1024);
    world.issuer.modes.next = 'refuses';
    await sell();
    await reaches({ waiting: 0, failed: 1 });
    await page.goto(`${url}/cash-receipts`);
    const button = page.getByRole('button', { name: '다시 시도' });
    await button.waitFor();
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await page.route(
      '**/failed',
      async (route) => {
        const response = await route.fetch();
        held.resolve();
        await release.promise;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await held.promise;
    world.issuer.modes.next = 'answers';
    await button.click();
    await expect.poll(() => page.textContent('#outcome')).toContain('발급 완료');
    const next = page.waitForRequest('**/failed');
    release.resolve();
    await next;
    expect(await page.textContent('#outcome')).toContain('발급 완료');
    expect(await button.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('is told when somebody else was quicker, and fits a phone', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { page, url, world, sell, reaches } = await open(ctx, browser, 360);
    world.issuer.modes.next = 'refuses';
    const { paymentId } = await sell();
    await reaches({ waiting: 0, failed: 1 });
    await page.goto(`${url}/cash-receipts`);
    const button = page.getByRole('button', { name: '다시 시도' });
    await button.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    // Each cell stands under the name of its column, the amount and the button within the screen.
    expect(
      await page.evaluate('document.querySelector("#orders button").getBoundingClientRect().right <= innerWidth'),
    ).toBe(true);
    world.issuer.modes.next = 'answers';
    await page.route('**/retry', async (route) => {
      await world.store.retryReceipt(`issue/${paymentId}`, world.nowMs());
      await route.continue();
    });
    await button.click();
    await expect.poll(() => page.textContent('#outcome')).toContain('payment_state');
    expect(await page.getAttribute('#outcome', 'data-look')).toBe('bad');
  });
});
