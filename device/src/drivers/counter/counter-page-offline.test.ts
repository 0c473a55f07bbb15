import type { BoxView } from '@scanpay/shared/api/box.ts';
import { errorTable } from '@scanpay/shared/errors.ts';
import { won } from '@scanpay/shared/money.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { describe, expect, it } from 'vitest';
import { useCounterPage } from './testing/counter-page.ts';
import { boxView, paymentId } from './testing/examples.ts';

const offline = (change: Partial<BoxView['offline']> = {}): Partial<BoxView> => ({
  linkUp: false,
  light: 'offline',
  offline: { ...boxView.offline, ...change },
});
const refusal = (code: 'coupon_used' | 'offer_not_held', number: number): BoxView['offline']['refused'][number] => ({
  paymentId,
  code,
  reason: { ko: errorTable[code].ko, en: errorTable[code].en },
  chargedWon: won(45_000 + number),
  redeemedAtMs: boxView.nowMs - 3_600_000,
});
const untrusted: BoxView['clock'] = { ...boxView.clock, source: null, driftMs: null, errorMs: null, ratePpm: null };

describe('counter page: offline and clock', () => {
  const test = useCounterPage();
  const note = () => test.page.locator('#offline');

  it('says what still works without the network, and takes it back when the network is there', async () => {
    const { page, problems, box } = test;
    expect(await note().isVisible()).toBe(false);
    box.show(offline({ leftCount: 17, leftWon: won(850_000) }));
    await note().waitFor();
    expect(await note().textContent()).toMatch(/카드 결제는 할 수 없습니다.*17건, 850,000원까지/u);
    expect(await page.locator('#parts').textContent()).toContain('끊김');
    expect(await note().getAttribute('role')).toBe('status');
    await page.click('#language');
    expect(await note().textContent()).toMatch(/Cards cannot be taken.*17 more, up to 850,000원/u);
    box.show({ ...boxView });
    await note().waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  it('asks for an auth number only while somebody can look it up', async () => {
    const { page, box, show } = test;
    await show('awaiting-scan-cash');
    expect(await page.locator('#auth-number').count()).toBe(1);
    box.show(offline());
    await expect.poll(() => page.locator('#auth-number').count()).toBe(0);
  });

  it.each([
    ['offline_limit', /한도도 모두 사용/u],
    ['offline_terms_missing', /카드 결제와 쿠폰 확인을 할 수 없습니다/u],
  ] as const)('promises nothing when %s', async (whyNot, words) => {
    test.box.show(offline({ whyNot }));
    await note().waitFor();
    expect(await note().textContent()).toMatch(words);
    expect(await note().textContent()).not.toContain('확인할 수 있습니다');
  });

  it('says how many wait for the operator, and what it did not take and what to do then', async () => {
    const { box } = test;
    box.show({ offline: { ...boxView.offline, waitingCount: 3, waitingWon: won(153_000) } });
    await note().waitFor();
    expect(await note().textContent()).toContain('오프라인 확인 3건, 153,000원');
    const refused = [1, 2, 3, 4, 5].map((number) => refusal('offer_not_held', number));
    box.show({ offline: { ...boxView.offline, refused } });
    await expect.poll(() => note().locator('p').count()).toBe(4);
    const text = await note().textContent();
    expect(text).toContain(
      `현금 45,001원: 운영사가 오프라인 확인을 인정하지 않았습니다. ${errorTable.offer_not_held.ko}`,
    );
    expect(text).toMatch(/전표를 보관하세요.*가맹점 부담.*외 2건/u);
  });

  it('says that the time is not known, and where it is off', async () => {
    const { page, box } = test;
    box.show({ clockTrusted: false, clock: untrusted, offline: { ...boxView.offline, whyNot: 'clock_untrusted' } });
    await note().waitFor();
    expect(await note().textContent()).toContain('시각을 아직 믿을 수 없어 쿠폰을 받을 수 없습니다');
    expect(await page.locator('#parts').textContent()).toContain('맞추는 중');
    box.show({ ...boxView, clock: { ...boxView.clock, driftMs: 3_240, ratePpm: 310.5, warning: true } });
    await expect.poll(() => page.locator('#parts').textContent()).toContain('시스템 3.2초 느림');
    await page.click('#open-lights');
    const facts = page.locator('#clock-facts');
    expect(await facts.textContent()).toMatch(/운영사 시각.*\+3240 ms.*\+310\.5 ppm.*timedatectl/u);
  });

  it('sells for cash by keyboard alone', async () => {
    const { page, problems, box, show, expectLastCall } = test;
    box.show(offline());
    await page.locator('input[value="card"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#amount').focus();
    await page.keyboard.type('50000');
    await page.keyboard.press('Enter');
    await expectLastCall({
      what: 'enterSale',
      with: [expect.objectContaining({ tender: 'cash', listAmountWon: 50_000 })],
    });
    box.calls.length = 0;
    await show('choosing-offer');
    const radio = page.locator('.recheck input[type="radio"]').first();
    await radio.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await expectLastCall({ what: 'confirmRecheck', with: [paymentId, { offerId: 'o-seafood-set' }] });
    box.calls.length = 0;
    expect(await page.locator('#auth-number').count()).toBe(0);
    await show('redeemed');
    expect(await page.locator('.result').textContent()).toMatch(/61,200원.*임시 영수증/u);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectLastCall({ what: 'abandon', with: [] });
    expect(problems).toEqual([]);
  });

  it('has no barriers axe can find', async () => {
    const { page, box, show } = test;
    const refused = [refusal('coupon_used', 1), refusal('offer_not_held', 2)];
    const whyNot = 'clock_untrusted';
    box.show({ ...offline({ whyNot, waitingCount: 2, waitingWon: won(90_000), refused }), clockTrusted: false });
    await note().waitFor();
    for (const language of ['ko', 'en']) {
      for (const name of ['choosing-offer', 'redeemed', 'refused-offline'] as const) {
        await show(name);
        expect(await findBarriers(page), `${name} ${language}`).toEqual([]);
      }
      await page.click('#language');
    }
  }, 120_000);
});
