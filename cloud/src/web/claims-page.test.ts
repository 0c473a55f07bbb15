import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { addIdentityRoutes } from '../roles/operator/enrol/identity-routes.ts';
import { makeEnrollingBox, showText } from '../roles/operator/testing/enrolling-box.ts';
import { createIdentityWorld } from '../roles/operator/testing/identity-world.ts';
import { createOperatorWorld } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { claimsPage } from './pages.ts';

describe('the page of claims', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('makes a claim, shows its codes while they are good, and what became of it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const identity = await createIdentityWorld({ claimValidMs: 600_000 });
    ctx.onTestFinished(() => identity.stop());
    const { app } = world.role;
    app.after(() => addIdentityRoutes(app, identity.context));
    addPages(app, [claimsPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const { page, problems, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(`${url}/claims`);
    await page.locator('#merchant option').first().waitFor({ state: 'attached' });
    expect(await findBarriers(page)).toEqual([]);

    await page.fill('#device', 'box-a');
    await page.click('#place button');
    await page.locator('#code svg').waitFor();
    expect(await page.textContent('#short-code')).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await expect.poll(() => page.textContent('#countdown')).toMatch(/^(10:00|9:\d\d) 동안/);
    expect(await findBarriers(page)).toEqual([]);

    // What a box reads from this screen makes it a box of the place.
    const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
    prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } });
    const [read] = await readBarcodes(await page.locator('#code').screenshot(), { formats: ['QRCode'] });
    const box = await makeEnrollingBox('k-1');
    const { status } = await identity.call('/v1/enrolments', await box.bodyFor(showText(read?.text ?? '')));
    expect(status).toBe(200);
    await expect.poll(() => page.getAttribute('#claim', 'data-state')).toBe('used');
    expect(await page.locator('#code svg').count()).toBe(0);
    await expect
      .poll(() => page.locator('#claims tbody tr').allTextContents())
      .toEqual([expect.stringContaining('설치됨')]);

    // Of two claims to a place the newer one is good, until it expires.
    identity.scheduler.advance(1_000);
    await page.fill('#device', 'box-b');
    await page.click('#place button');
    await expect.poll(() => page.locator('#claims tbody tr').count()).toBe(2);
    identity.scheduler.advance(1_000);
    await page.click('#place button');
    await expect
      .poll(() => page.locator('#claims .chip').allTextContents())
      .toEqual(['사용 전', '새 코드로 바뀜', '설치됨']);
    identity.scheduler.advance(600_000);
    await expect.poll(() => page.getAttribute('#claim', 'data-state')).toBe('expired');
    await page.click('#language');
    await expect.poll(() => page.textContent('#countdown')).toBe('Expired. Make a new one.');

    await page.fill('#device', 'not a box');
    await page.click('#place button');
    await expect.poll(() => page.textContent('#problem')).toContain('/deviceId');
    await expect.poll(() => problems).toEqual([expect.stringContaining('400')]);
  });
});
