import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useCounterPage } from './testing/counter-page.ts';
import { type CounterExample, counters, counterView, paymentId } from './testing/examples.ts';

describe('counter page: sales', () => {
  const test = useCounterPage();

  it('shows every picture of the counter with a name, a sign and the words of the box, in both languages', async () => {
    const { page, problems, box, show } = test;
    for (const language of ['ko', 'en'] as const) {
      const kindsOfLook = new Map<string, Set<string>>();
      for (const name of Object.keys(counters) as CounterExample[]) {
        if (name === 'idle') continue;
        await show(name);
        const { kind, headline, code } = counterView(name);
        const panel = page.locator('.result');
        expect(await panel.getByRole('heading').textContent()).toBe(headline[language]);
        expect(await panel.locator('.result-sign svg').count()).toBe(1);
        if (code !== null) expect(await panel.textContent()).toContain(code);
        const look = await page.evaluate<string>(lookOfResult);
        kindsOfLook.set(look, (kindsOfLook.get(look) ?? new Set()).add(kind));
      }
      // Name, sign and colour together: nothing looks like anything else, but for the two that say "one moment".
      const shared = [...kindsOfLook.values()].filter((kinds) => kinds.size > 1);
      expect(shared).toEqual([new Set(['paying', 'cancelling'])]);
      box.showCounter('idle');
      await page.locator('.result').waitFor({ state: 'detached' });
      await page.click('#language');
    }
    expect(problems).toEqual([]);
  });

  it('shows an unknown result unlike a declined one, and never says declined', async () => {
    const { page, show } = test;
    await show('unknown');
    const unknown = await page.locator('.result').textContent();
    expect(unknown).toContain('다시 결제하지 마세요');
    expect(unknown).not.toContain('거절');
    expect(await page.evaluate('getComputedStyle(document.querySelector(".result-face")).backgroundImage')).toContain(
      'repeating-linear-gradient',
    );
  });

  it('shows supply value and VAT as the slip does, or the tax-free amount, also of what goes back', async () => {
    const { page, show } = test;
    const facts = async (name: Exclude<CounterExample, 'idle'>) => {
      await show(name);
      return page.locator('.result .facts').last().textContent();
    };
    for (const name of ['approved', 'redeemed'] as const) {
      expect(await facts(name)).toMatch(/공급가액55,637원부가세5,563원/);
    }
    const exempt = await facts('approved-exempt');
    expect(exempt).toContain('면세금액61,200원');
    expect(exempt).not.toContain('부가세');
    expect(await facts('cancelled-part')).toBe('공급가액18,182원부가세1,818원');
  });

  it('takes a sale by keyboard alone', async () => {
    const { page, problems, box, show, expectLastCall } = test;
    await page.locator('#open-sale').focus();
    for (let presses = 0; presses < 20 && !(await isFocused(page, '#amount')); presses++) {
      await page.keyboard.press('Tab');
      // Arrow keys choose within the group of radio buttons, as everywhere.
      if (await isFocused(page, 'input[value="card"]')) await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.type('68000');
    expect(await page.inputValue('#amount')).toBe('68,000');
    await page.keyboard.press('Enter');
    await expectLastCall({
      what: 'enterSale',
      with: [{ tender: 'cash', listAmountWon: 68_000, headcount: 1 }],
    });
    box.calls.length = 0;
    await show('awaiting-scan-cash');
    await page.keyboard.press('Tab');
    await page.keyboard.type('123456789015');
    expect(await page.inputValue('#auth-number')).toBe('1234 5678 9015');
    await page.keyboard.press('Enter');
    await expectLastCall({ what: 'enterAuthNumber', with: ['1234 5678 9015'] });
    box.calls.length = 0;
    await show('approved-cash');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectLastCall({ what: 'abandon', with: [] });
    box.showCounter('idle');
    await expect.poll(() => isFocused(page, '#amount')).toBe(true);
    expect(problems).toEqual([]);
  });

  it('takes a sale by touch', async () => {
    const { page, expectLastCall } = test;
    for (const key of ['6', '8', '9', 'erase', '00', '0']) await page.click(`[data-key="${key}"]`);
    await page.click('#headcount-more');
    await page.click('#sale-start');
    await expectLastCall({
      what: 'enterSale',
      with: [{ tender: 'card', listAmountWon: 68_000, headcount: 2 }],
    });
  });

  it('asks for the amount before it asks the box, and shows what the box refuses', async () => {
    const { page, box } = test;
    await page.click('#sale-start');
    await expect.poll(() => page.locator('#sale-problem').textContent()).toContain('금액을 입력하세요');
    expect(box.calls).toEqual([]);
    box.refuseNext('busy');
    await page.fill('#amount', '1000');
    await page.click('#sale-start');
    await expect.poll(() => page.locator('#sale-problem').textContent()).toContain('busy');
    expect(await page.inputValue('#amount')).toBe('1,000');
  });

  it('offers the auth number for cash only', async () => {
    const { show } = test;
    await show('awaiting-scan-cash');
    expect(await test.page.locator('#auth-number').count()).toBe(1);
    await show('awaiting-scan');
    expect(await test.page.locator('#auth-number').count()).toBe(0);
  });

  it('posts exactly the fields a recheck asked for, once each is chosen', async () => {
    const { page, problems, box, show, expectLastCall } = test;
    await show('recheck');
    await page.locator('.recheck button[type="submit"]').click();
    await expect.poll(() => page.locator('.recheck .problem').textContent()).toContain('하나씩 선택하세요');
    expect(box.calls).toEqual([]);
    await page.getByText('아침 정식 1인 2,000원 할인').click();
    await page.getByText('3명').click();
    await page.locator('input[type="date"][name="visitDay"]').fill('2026-11-25');
    await page.locator('.recheck button[type="submit"]').click();
    await expectLastCall({
      what: 'confirmRecheck',
      with: [paymentId, { offerId: 'o-breakfast', headcount: 3, visitDate: '2026-11-25' }],
    });
    expect(problems).toEqual([]);
  });

  it('keeps what the clerk has chosen when the box repeats itself', async () => {
    const { page, box, show } = test;
    await show('recheck');
    await page.getByText('3명').click();
    box.show({ nowMs: counters.recheck.untilMs - 600_000 });
    await expect.poll(() => page.locator('#countdown').textContent()).toMatch(/10:00|9:\d\d/u);
    expect(await page.locator('input[name="headcount"]:checked').inputValue()).toBe('3');
  });

  it('undoes an unknown payment only when told to, and serves the next customer beside it', async () => {
    const { page, box, show, expectLastCall } = test;
    await show('unknown');
    expect(await page.locator('#sale').isVisible()).toBe(false);
    await page.getByRole('button', { name: '다음 손님 받기' }).click();
    expect(await page.locator('#sale').isVisible()).toBe(true);
    expect(box.calls).toEqual([]);
    await page.getByRole('button', { name: '이 결제 되돌리기' }).click();
    await expectLastCall({ what: 'abandon', with: [] });
  });

  it('confirms an offered cancel', async () => {
    const { show, expectLastCall } = test;
    await show('cancel-offered');
    await test.page.getByRole('button', { name: '네, 결제 취소' }).click();
    await expectLastCall({ what: 'requestCancel', with: [paymentId, 61_200] });
  });

  it('gives back a part of what is left, when a receipt or coupon was scanned for it', async () => {
    const { page, show, expectLastCall } = test;
    await page.click('#open-payments');
    await page.click('#ask-refund');
    await expectLastCall({ what: 'askRefund', with: [] });
    await show('awaiting-refund');
    expect(await page.locator('#result-headline').textContent()).toBe('환불할 영수증이나 쿠폰을 스캔하세요');
    await show('cancel-offered-rest');
    expect(await page.inputValue('#result input')).toBe('41,200');
    await page.fill('#result input', '1200');
    await page.getByRole('button', { name: '네, 결제 취소' }).click();
    await expectLastCall({ what: 'requestCancel', with: [paymentId, 1_200] });
    await show('cancelled-part');
    expect(await page.locator('#result-headline').textContent()).toBe('부분 취소 완료 20,000원 (남은 금액 41,200원)');
  });
});

const isFocused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate<boolean>(`document.activeElement === document.querySelector(${JSON.stringify(selector)})`);

const lookOfResult = `(() => {
  const face = getComputedStyle(document.querySelector('.result-face'));
  const sign = document.querySelector('.result-sign path').getAttribute('d');
  return [face.backgroundColor, face.backgroundImage, sign, document.querySelector('.result-name').textContent].join();
})()`;
