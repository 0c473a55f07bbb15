import { isExpired, parseCardNumber, parseExpiry } from '@scanpay/shared/auth-barcode/card-number.ts';
import { idPattern } from '@scanpay/shared/ids.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkExpiry, isCardNumber } from './customer/card-check.js';
import { createFakePg, type FakePg } from './testing/fake-pg.ts';

const cardNumber = '4111111111111111';

describe('card rules of the page', () => {
  it('are those of the server', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 11, maxLength: 21 });
    fc.assert(
      fc.property(digits, (text) => {
        expect(isCardNumber(text)).toBe(parseCardNumber(text).ok);
      }),
    );
    expect(isCardNumber('4111 1111-1111 1111')).toBe(true);
    const nowMs = Date.UTC(2026, 10, 30, 14, 59);
    for (const text of ['10/26', '11/26', '12/26', '01/27', '13/27', '00/27', '1/27', '']) {
      const expiry = parseExpiry(text);
      const goodOrPast = expiry.ok && isExpired(expiry.value, nowMs) ? 'past' : 'good';
      expect(checkExpiry(text, '2026-11-30'), text).toBe(expiry.ok ? goodOrPast : 'malformed');
    }
  });
});

describe('customer page', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  let pg: FakePg;
  let opened: WatchedPage | undefined;
  let page: WatchedPage['page'];

  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    pg = createFakePg();
    const url = await pg.app.listen({ host: '127.0.0.1', port: 0 });
    opened = await browser.openPage({ widthPx: 390, heightPx: 844 });
    page = opened.page;
    // Midnight would make of the visit that the form begins with one of yesterday.
    await page.clock.setFixedTime(Date.UTC(2026, 10, 30, 3));
    await page.goto(url);
    await page.locator('.offer').first().waitFor();
  });
  afterEach(async () => {
    await opened?.close();
    await pg?.app.close();
  });

  async function fillIn(): Promise<void> {
    await page.check('#o-seafood-set');
    await page.fill('#o-seafood-set-headcount', '3');
    await page.fill('#name', '홍길동');
    await page.locator('#mobile').pressSequentially('01012345678');
    await page.fill('#address', '서울특별시 중구 세종대로 110');
    await page.locator('#card-number').pressSequentially(cardNumber);
    await page.locator('#card-expiry').pressSequentially('1235');
    await page.check('#agreed');
  }
  const problemAt = (id: string) => page.locator(`#${id}-problem`).textContent();

  it('sends one registration however often the button is pressed, shows the validity, and forgets the card', async () => {
    await fillIn();
    expect(await page.inputValue('#mobile')).toBe('010-1234-5678');
    expect(await page.inputValue('#card-number')).toBe('4111 1111 1111 1111');
    expect(await page.inputValue('#card-expiry')).toBe('12/35');
    const release = pg.hold();
    await page.locator('#submit').dblclick();
    await page.locator('#submit').press('Enter');
    await expect.poll(() => pg.received.length).toBe(1);
    release();
    await page.locator('.progress-done').waitFor();
    expect(await page.locator('#valid-until').textContent()).toContain('2026년 12월 1일');
    expect(pg.received).toHaveLength(1);
    const [{ registrationId, items, ...rest }] = pg.received as [FakePg['received'][number]];
    expect(registrationId).toMatch(new RegExp(idPattern.uuidV7, 'u'));
    expect(items).toMatchObject([{ offerId: 'o-seafood-set', headcount: 3 }]);
    expect(rest).toEqual({
      name: '홍길동',
      address: '서울특별시 중구 세종대로 110',
      mobile: '01012345678',
      card: { number: '4111 1111 1111 1111', expiry: '12/35' },
      agreed: true,
    });
    expect(await page.inputValue('#card-number')).toBe('');
    expect(await page.inputValue('#card-expiry')).toBe('');
    const stored = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).not.toContain('1111');
    expect(opened?.problems).toEqual([]);
  });

  it('follows the coupon until it is sent, and starts anew under another id', async () => {
    pg.state = 'handed-over';
    await fillIn();
    await page.click('#submit');
    await page.locator('.progress-steps .reached').nth(1).waitFor();
    expect(await page.locator('.progress-done').count()).toBe(0);
    pg.state = 'sent';
    await page.locator('.progress-done').waitFor();
    await page.getByRole('button', { name: '다른 쿠폰 신청하기' }).click();
    await fillIn();
    await page.click('#submit');
    await page.locator('.progress-done').waitFor();
    expect(new Set(pg.received.map(({ registrationId }) => registrationId)).size).toBe(2);
  });

  it('says what is wrong at each field, and sends nothing', async () => {
    await page.locator('#card-number').pressSequentially('4111111111111112');
    await page.locator('#card-expiry').pressSequentially('1220');
    await page.click('#submit');
    expect(await problemAt('items')).toContain('하나 이상');
    expect(await problemAt('name')).toContain('이름을 입력하세요');
    expect(await problemAt('mobile')).toContain('휴대폰 번호');
    expect(await problemAt('address')).toContain('주소');
    expect(await problemAt('card-number')).toContain('card_number_invalid');
    expect(await problemAt('card-expiry')).toContain('card_expiry_past');
    expect(await problemAt('agreed')).toContain('동의');
    expect(await page.getAttribute('#card-number', 'aria-invalid')).toBe('true');
    expect(pg.received).toEqual([]);
    expect(opened?.problems).toEqual([]);
  });

  it("shows the server's refusal at the field it names, keeps the form, and tries again under the same id", async () => {
    await fillIn();
    const refusals = [
      ['card_number_invalid', '/card/number: the check digit is wrong', 'card-number'],
      ['schedule_past', '/items/0/visitFrom', 'o-seafood-set-visitFrom'],
      ['invalid_input', 'body/mobile: must match pattern', 'mobile'],
      ['rate_limited', '', 'form'],
    ] as const;
    for (const [code, detail, field] of refusals) {
      pg.refuseNext(code, detail);
      await page.click('#submit');
      await expect.poll(() => problemAt(field), { message: code }).toContain(code);
    }
    expect(await page.inputValue('#name')).toBe('홍길동');
    await page.click('#submit');
    await page.locator('.progress-done').waitFor();
    expect(new Set(pg.received.map(({ registrationId }) => registrationId)).size).toBe(1);
  });

  it('shows offers by category, in both languages', async () => {
    expect(await page.locator('.offer').count()).toBe(7);
    await page.click('[data-category="lodging"]');
    expect(await page.locator('.offer').count()).toBe(1);
    await page.check('#o-ondol-night');
    await page.click('[data-category="retail"]');
    await page.click('#language');
    expect(await page.locator('.offer').textContent()).toContain('15% off all roasted beans');
    expect(await page.locator('#submit').textContent()).toContain('1 offer');
    expect(await page.getAttribute('#card-number', 'autocomplete')).toBe('cc-number');
    expect(await page.getAttribute('#card-expiry', 'autocomplete')).toBe('cc-exp');
  });

  it('has no barriers axe can find', async () => {
    await page.check('#o-ondol-night');
    await page.click('#submit');
    expect(await findBarriers(page)).toEqual([]);
    await fillIn();
    await page.click('#submit');
    await page.locator('.progress-done').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(opened?.problems).toEqual([]);
  });
});
