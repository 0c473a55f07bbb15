import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { describe, expect, it } from 'vitest';
import { type LightPattern, lightPatterns } from '../../ports/light-patterns.ts';
import { useCounterPage } from './testing/counter-page.ts';
import { paymentId, receipts, statements } from './testing/examples.ts';

describe('counter page: lists, lamp and link', () => {
  const test = useCounterPage();

  it('offers the cancel of what is approved, also of past days, and asks first how much', async () => {
    const { page, box, show, expectLastCall } = test;
    await page.click('#open-payments');
    await page.locator('[data-payment]').first().waitFor();
    expect(await page.locator('#payments .button').count()).toBe(3);
    await page.locator('#payments .button').first().click();
    await page.keyboard.press('Escape');
    expect(box.calls).toEqual([]);
    await page.locator('#payments .button').last().click();
    expect(await page.locator('.ask .hint').textContent()).toBe('61,200원 중 41,200원이 남았습니다.');
    expect(await page.inputValue('.ask input')).toBe('41,200');
    await page.keyboard.press('Escape');
    await page.locator('#payments .button').first().click();
    await page.fill('.ask input', '20000');
    expect(await page.inputValue('.ask input')).toBe('20,000');
    await page.click('#ask-yes');
    await expectLastCall({ what: 'requestCancel', with: [paymentId, 20_000] });
    // The result comes first, whatever list is open.
    await show('cancelling');
    expect(await page.locator('#view-payments').isVisible()).toBe(false);
  });

  it('prints a receipt again', async () => {
    const { page, expectLastCall } = test;
    await page.click('#open-receipts');
    await page.locator('#receipts .button').first().click();
    await expectLastCall({ what: 'reprint', with: [receipts[0]!.receiptId] });
    await expect.poll(() => page.locator('#notice').textContent()).toContain('다시 출력합니다');
  });

  it('shows what is new in a list by itself, and leaves alone what is not', async () => {
    const { page, box } = test;
    await page.click('#open-statements');
    const cards = page.locator('#statements .statement');
    await expect.poll(() => cards.count()).toBe(statements.length);
    // The page asks again when the box speaks, though not for every word.
    await expect
      .poll(() => {
        box.setStatements(statements.slice(0, 2));
        return cards.count();
      })
      .toBe(2);
    const first = cards.first();
    await first.locator('summary').click();
    for (let asked = 0; asked < 3; asked++) {
      const answered = page.waitForResponse('**/api/statements');
      await page.click('#open-statements');
      await answered;
    }
    expect(await first.locator('details').getAttribute('open')).toBe('');
  });

  it('shows both versions of a line at fault, and lets only a statement that agrees be approved', async () => {
    const { page, expectLastCall } = test;
    await page.click('#open-statements');
    const [agreed, faulty, onItsWay, paid] = statements.map(({ statement }) =>
      page.locator(`[data-statement="${statement.statementId}"]`),
    );
    await agreed!.waitFor();
    const faultText = await faulty!.textContent();
    expect(faultText).toContain('61,200원');
    expect(faultText).toContain('61,300원');
    expect(faultText).toContain('기록 없음');
    expect(await faulty!.getByRole('button', { name: '정산 승인' }).count()).toBe(0);
    expect(await onItsWay!.getByRole('button').count()).toBe(0);
    expect(await paid!.textContent()).toContain('다음 지급에서 차감');
    await agreed!.getByRole('button', { name: '정산 승인' }).click();
    await page.click('#ask-yes');
    await expectLastCall({
      what: 'answerStatement',
      with: [statements[0]!.statement.statementId, 'approved'],
    });
  });

  it("blinks each light in the rhythm of the box's lamp", async () => {
    const { page, box } = test;
    for (const light of Object.keys(lightPatterns) as LightPattern[]) {
      box.showLight(light);
      await expect.poll(() => page.locator('#lamp-words').textContent()).toBe(lightPatterns[light].meaning.ko);
      const { blinkMs } = lightPatterns[light];
      // The animation's own account of itself: where it is lit, and where dark.
      const rhythm = `(() => {
        const [animation] = document.querySelector('#lamp-dot').getAnimations({ subtree: true });
        if (animation === undefined) return [];
        const { duration } = animation.effect.getTiming();
        const at = animation.effect.getKeyframes().map(({ computedOffset }) => computedOffset * duration);
        return at.slice(1).map((ms, index) => Math.round(ms - at[index]));
      })()`;
      await expect.poll(() => page.evaluate(rhythm), { message: light }).toEqual(blinkMs);
    }
    await page.click('#open-lights');
    await expect.poll(() => page.locator('#lights li').count()).toBe(Object.keys(lightPatterns).length);
  });

  it('says that it has lost the box, acts no more, and finds it again', async () => {
    const { page, box } = test;
    await test.stopServer();
    await page.locator('#lost').waitFor();
    expect(await page.locator('#lost').textContent()).toContain('연결이 끊겼습니다');
    expect(await page.evaluate('document.querySelector("#main").inert')).toBe(true);
    box.showCounter('declined');
    await test.restartServer();
    await page.locator('#lost').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.querySelector("#main").inert')).toBe(false);
    await page.locator('.result[data-kind="declined"]').waitFor();
  });

  it('remembers the language', async () => {
    const { page } = test;
    await page.click('#language');
    expect(await page.title()).toBe('ScanPay counter');
    await page.reload();
    await expect.poll(() => page.locator('#lamp-words').textContent()).toBe('Ready to scan.');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('has no barriers axe can find, in any view or picture', async () => {
    const { page, problems, box, show } = test;
    for (const name of [
      'awaiting-scan-cash',
      'recheck',
      'unknown',
      'approved',
      'declined',
      'refused-with-sale',
    ] as const) {
      await show(name);
      expect(await findBarriers(page), name).toEqual([]);
    }
    box.showCounter('idle');
    await page.locator('#sale').waitFor();
    for (const view of ['sale', 'payments', 'receipts', 'statements', 'lights']) {
      await page.click(`#open-${view}`);
      await page.locator(`#view-${view} :is(li, article, form)`).first().waitFor();
      expect(await findBarriers(page), view).toEqual([]);
    }
    expect(problems).toEqual([]);
  }, 120_000);
});
