import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSignedInRoute } from '../roles/common/staff/signed-in-route.ts';
import { createOperatorWorld } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { noShowsPage } from './pages.ts';

describe('the page of schedules and no-shows', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('counts the no-shows of a day, and changes the schedule of a coupon for its customer', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const { couponId, authNumber } = await world.coupon();
    world.scheduler.advance(Date.parse('2026-11-25T12:00:00+09:00') - world.nowMs());
    const { app } = world.role;
    addSignedInRoute(app);
    addPages(app, [noShowsPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const { page, problems, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(`${url}/no-shows`);
    await expect.poll(() => page.locator('#merchant option').count()).toBe(3);
    await page.fill('#date', '2026-11-24');
    await expect.poll(() => page.locator('#complete').textContent()).toContain('아직 마감되지 않은');
    await world.store.closeBusinessDate('2026-11-24' as never, world.nowMs());
    world.role.onDateClosed();
    await world.until(() => world.store.isDateSeen('2026-11-24' as never));
    await page.selectOption('#merchant', 'm-sokcho');
    const row = page.locator('#no-shows tbody tr');
    await row.first().waitFor();
    expect(await page.locator('#counts tbody td').allTextContents()).toEqual(['속초 밥상', '1', '0', '0', '0']);
    for (const words of ['남**수', '해물 한상', '미방문', couponId]) expect(await row.textContent()).toContain(words);
    expect(await page.getAttribute('#csv', 'href')).toBe('/v1/no-shows/2026-11-24.csv');

    await page.fill('#number', `${authNumber.slice(0, 4)} ${authNumber.slice(4, 8)} ${authNumber.slice(8)}`);
    await page.click('#find button');
    await page.locator('#o-table-form').waitFor();
    await page.fill('#o-table-visitFrom', '2026-11-25');
    await page.fill('#o-table-visitTo', '2026-11-25');
    await page.click('#o-table-form button');
    await expect.poll(() => page.locator('#o-table-problem').textContent()).toContain('담당자 이름');
    await page.fill('#staff', '김직원');
    world.pg.fates.changeSchedule.push('lost-answer', { refuse: 'schedule_limit' });
    await page.click('#o-table-form button');
    await expect.poll(() => page.locator('#o-table-problem').textContent()).toContain('upstream_unavailable');
    await page.click('#o-table-form button');
    await expect.poll(() => page.locator('#o-table-problem').textContent()).toContain('변경 횟수를 모두 사용');
    await page.click('#o-table-form button');
    await expect.poll(() => page.locator('#outcome').textContent()).toContain('변경되었습니다');
    const asked = world.pg.calls.filter(({ method }) => method === 'changeSchedule');
    expect(asked.map(({ body }) => body)).toMatchObject(
      [1, 2, 3].map(() => ({ couponId, by: '김직원', visitTo: '2026-11-25' })),
    );
    // What got no answer was asked again under its id; what was refused was not.
    expect(asked[0]?.id).toBe(asked[1]?.id);
    expect(asked[2]?.id).not.toBe(asked[1]?.id);
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#language');
    await expect.poll(() => row.first().textContent()).toContain('did not come');
    expect(problems.filter((each) => !/50[0-9]|409/u.test(each))).toEqual([]);
  });
});
