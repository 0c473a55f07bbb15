import { accept } from '@scanpay/shared/errors.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nowMs } from '../core/approve/testing/pg-fixtures.ts';
import {
  createPgBench,
  type PgBench,
  postRegistration,
  registrationBody,
  unavailable,
} from '../roles/pg/testing/pg-bench.ts';
import { addPages } from './add-pages.ts';
import { schedulePage } from './pages.ts';

describe('the page for changing dates', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  let bench: PgBench;
  let opened: WatchedPage | undefined;
  let page: WatchedPage['page'];
  let url: string;

  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    bench = await createPgBench();
    addPages(bench.role.app, [schedulePage]);
    url = await bench.role.app.listen({ host: '127.0.0.1', port: 0 });
    await postRegistration(bench);
    opened = await browser.openPage({ widthPx: 390, heightPx: 844 });
    page = opened.page;
    // The page says what is past by its own clock: it stands with the PG's.
    await page.clock.setFixedTime(nowMs);
  });
  afterEach(async () => {
    await opened?.close();
    await bench?.close();
  });

  const open = async (id: string = registrationBody.registrationId) => {
    await page.goto(`${url}/schedule#${id}`);
    await page.locator('#o-seafood-set-now').waitFor();
  };
  const ask = async (from: string, to: string, people: string) => {
    await page.fill('#o-seafood-set-visitFrom', from);
    await page.fill('#o-seafood-set-visitTo', to);
    await page.fill('#o-seafood-set-headcount', people);
    await page.click('#o-seafood-set-form button');
  };
  const textOf = (selector: string) => page.locator(selector).textContent();
  const orders = () => bench.operator.orderSchedule.mock.calls.map(([{ order }]) => order);

  it('changes dates and headcount, says so, and shows what was before', async () => {
    await open();
    expect(await textOf('#o-seafood-set-now')).toContain('2명');
    await page.fill('#o-seafood-set-reason', '비가 와서');
    await ask('2026-11-24', '2026-11-24', '4');
    await expect.poll(() => textOf('#outcome')).toContain('일정이 변경되었습니다');
    expect(await textOf('#o-seafood-set-now')).toContain('4명');
    expect(await textOf('.schedule-history')).toContain('비가 와서');
    expect(orders()).toMatchObject([{ after: { visitFrom: '2026-11-24', visitTo: '2026-11-24', headcount: 4 } }]);
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#language');
    expect(await textOf('#o-seafood-set-now')).toContain('4 people');
    expect(await textOf('#rules')).toContain('Nothing is charged');
    expect(opened?.problems).toEqual([]);
  });

  it('says at the form what is wrong, and keeps what was typed', async () => {
    await open();
    await ask('2026-11-24', '2026-11-23', '2');
    await expect.poll(() => textOf('#o-seafood-set-problem')).toContain('시작일보다 빠릅니다');
    await ask('2026-11-23', '2026-11-24', '0');
    await expect.poll(() => textOf('#o-seafood-set-problem')).toContain('1명에서 99명');
    expect(orders()).toEqual([]);
    await ask('2026-11-24', '2026-11-26', '3');
    await expect.poll(() => textOf('#o-seafood-set-problem')).toContain('새로 신청');
    expect(await textOf('#o-seafood-set-problem')).toContain('schedule_outside_validity');
    expect(await page.inputValue('#o-seafood-set-visitTo')).toBe('2026-11-26');
    bench.operator.orderSchedule.mockResolvedValueOnce(
      accept({ outcome: 'refused', code: 'coupon_used', atMs: nowMs }),
    );
    await ask('2026-11-24', '2026-11-24', '3');
    await expect.poll(() => textOf('#o-seafood-set-problem')).toContain('이미 사용한 쿠폰');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('waits for an operator that is away, as one change', async () => {
    bench.operator.orderSchedule.mockImplementation(unavailable);
    await open();
    await ask('2026-11-24', '2026-11-24', '4');
    await until(() => expect(orders().length).toBeGreaterThan(0));
    bench.scheduler.advance(5_000);
    await expect.poll(() => textOf('#outcome')).toContain('운영사에 전달하고 있습니다');
    bench.operator.orderSchedule.mockImplementation(async () => accept({ outcome: 'applied', atMs: nowMs }));
    bench.scheduler.advance(60_000);
    await expect.poll(() => textOf('#outcome')).toContain('일정이 변경되었습니다');
    expect(new Set(orders().map(({ changeId }) => changeId)).size).toBe(1);
  });

  it('shows nothing to whoever does not have the registration', async () => {
    await page.goto(`${url}/schedule`);
    await page.locator('#missing').waitFor();
    await page.goto(`${url}/schedule#019ab0c0-0000-7000-8000-00000000dead`);
    await expect.poll(() => textOf('#problem')).toContain('not_found');
    expect(await page.locator('.item').count()).toBe(0);
  });
});
