import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { input, issuerKeys } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { makeCouponLink } from '../core/issue/mms-text.ts';
import { createRoleApp } from '../roles/common/role-app.ts';
import { addPages } from './add-pages.ts';
import { couponPage } from './pages.ts';

/** As long as a barcode gets, and one of every character that a link could lose. */
const longest = sealAuthBarcode(
  { ...input, registration: { ...input.registration, name: '가'.repeat(15), mobile: '012345678901234' } },
  issuerKeys,
);
const awkward = `SP1:${'0 $%*+-./:'.repeat(8)}`;

describe('coupon page', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  let app: ReturnType<typeof createRoleApp> | undefined;
  let opened: WatchedPage | undefined;
  let page: WatchedPage['page'];
  let url: string;
  let requests: string[];

  beforeAll(async () => {
    const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: false });
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    requests = [];
    app = createRoleApp({ title: 'test', log: { info() {}, warn() {}, error() {} } });
    app.addHook('onRequest', async ({ url: path, headers }) => {
      requests.push(`${path} ${JSON.stringify(headers)}`);
    });
    addPages(app, [couponPage]);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    opened = await browser.openPage({ widthPx: 390, heightPx: 844 });
    page = opened.page;
  });
  afterEach(async () => {
    await opened?.close();
    await app?.close();
  });

  it.each([
    ['the longest coupon', longest],
    ['every awkward character', awkward],
  ])('draws %s so that it reads back from the screen, and sends nothing of it', async (_what, barcode) => {
    await page.goto(makeCouponLink(url, barcode));
    await page.locator('#code svg').waitFor();
    const [code] = await readBarcodes(await page.screenshot(), { formats: ['QRCode'], maxNumberOfSymbols: 1 });
    expect(code?.text).toBe(barcode);
    expect(code?.extra).toContain('"ECLevel":"M"');
    expect(requests.join('\n')).not.toContain('SP1');
    expect(await page.locator('#missing').isVisible()).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    expect(opened?.problems).toEqual([]);
  });

  it.each(['', '#', '#SP1:SHORT', '#SP1%3', `#${'%'.repeat(60)}`, '#<img src=x>'])(
    'says that there is no coupon in %j',
    async (fragment) => {
      await page.goto(`${url}/coupon${fragment}`);
      await page.locator('#missing').waitFor();
      expect(await page.locator('#code svg').count()).toBe(0);
      expect(await findBarriers(page)).toEqual([]);
      expect(opened?.problems).toEqual([]);
    },
  );

  it('speaks English, and says so to the code', async () => {
    await page.goto(makeCouponLink(url, longest));
    await page.click('#language');
    await page.getByRole('img', { name: 'Barcode of the coupon' }).waitFor();
    expect(await page.locator('h1').textContent()).toBe('Mobile coupon');
  });
});
