import type { Telemetry } from '@scanpay/shared/fleet/telemetry.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { boxWithoutPaper, wellBox } from '@scanpay/shared/testing/telemetry-samples.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperatorWorld, otherShop, shop } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { fleetPage } from './pages.ts';

const session = (n: number): string => `01900000-0000-7000-8000-00000000000${n}`;
type Told = Omit<Telemetry, 'v' | 'type' | 'messageId' | 'deviceId' | 'sentAtMs'>;

describe('the page of the fleet', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  /** One box that is well, one without paper that is gone, one never heard of. */
  async function startFleet() {
    const world = await createOperatorWorld();
    const well = await world.enrol('box-sokcho-01');
    const unwell = await world.enrol('box-sokcho-02');
    await world.enrol('box-seorak-01', otherShop);
    const say = async (box: typeof well, told: Told, online: boolean) => {
      await world.deliver(await box.seal({ type: 'presence', sessionId: session(1), online: true }));
      await world.deliver(await box.seal({ type: 'telemetry', ...told }));
      await world.deliver(
        await box.seal({ type: 'config.reported', appliedVersion: 0, appliedAtMs: null, rejected: null }),
      );
      if (!online) await world.deliver(await box.seal({ type: 'presence', sessionId: session(1), online: false }));
    };
    await say(well, wellBox, true);
    const older = { ...boxWithoutPaper, versions: { ...wellBox.versions, software: '0.0.9' } };
    await say(unwell, older, false);
    return { world, well };
  }

  it('lists boxes by what one looks for, shows one, and sets it', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { world, well } = await startFleet();
    ctx.onTestFinished(() => world.dispose());
    const { app } = world.role;
    addPages(app, [fleetPage]);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const { page, problems, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(`${url}/fleet`);
    const rows = page.locator('#boxes tbody tr');
    await expect.poll(() => rows.count()).toBe(3);
    await expect
      .poll(() => page.locator('#figures').textContent())
      .toMatch(/3전체1온라인2오프라인1점검 필요1이전 버전0설정 미적용/);

    for (const [view, box] of [
      ['online', 'box-sokcho-01'],
      ['unhealthy', 'box-sokcho-02'],
      ['old', 'box-sokcho-02'],
    ]) {
      await page.click(`#view-${view}`);
      await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining(String(box))]);
    }
    expect(await rows.first().textContent()).toContain('고장 · 프린터');
    await page.click('#view-all');
    await page.fill('#words', shop);
    await page.click('#search button');
    await expect.poll(() => rows.count()).toBe(2);

    /** Does what changes the box on show, and waits until its forms are drawn anew: what is typed before then is lost. */
    const afterwards = async (act: () => Promise<void>): Promise<void> => {
      const title = await page.locator('#detail-title').elementHandle();
      await act();
      await title?.waitForElementState('hidden');
    };
    await page.click('#open-box-sokcho-01');
    await expect.poll(() => page.locator('#detail').textContent()).toContain('48.3 °C');
    await page.fill('#box-limits-deadlineMs', '8');
    await page.fill('#box-receipt-footer', '또 오세요\nSee you again');
    await afterwards(() => page.click('#detail button[type=submit] >> text=단말기에 적용하기'));
    await expect.poll(() => rows.first().textContent()).toContain('적용 대기 v0 → v1');
    const desired = async () => (await world.messages()).filter(({ type }) => type === 'config.desired');
    await world.until(async () => (await desired()).length > 0);
    const [told] = await desired();
    expect(told).toMatchObject({
      deviceId: well.deviceId,
      configVersion: 1,
      settings: { limits: { deadlineMs: 8_000 }, receipt: { footer: ['또 오세요', 'See you again'] } },
    });
    await page.fill('#group-name', 'sokcho');
    await page.click('#pick-group button');
    await page.selectOption('#group-logLevel', 'warn');
    await page.click('#group-settings button');
    await page.fill('#box-group', 'sokcho');
    await afterwards(() => page.click('#detail form.search button'));
    await expect.poll(() => rows.first().textContent()).toContain('v0 → v2');
    await world.deliver(
      await well.seal({ type: 'config.reported', appliedVersion: 2, appliedAtMs: world.nowMs(), rejected: null }),
    );
    await page.click('#search button');
    await expect.poll(() => rows.first().textContent()).toContain('적용됨 v2');
    expect(await findBarriers(page)).toEqual([]);

    await page.fill('#box-health-hotC', '90');
    await page.fill('#box-health-tooHotC', '80');
    await page.click('#detail button[type=submit] >> text=단말기에 적용하기');
    await expect.poll(() => page.locator('#problem').textContent()).toContain('/health/tooHotC');
    await page.click('#language');
    await expect.poll(() => rows.first().textContent()).toContain('applied v2');
    await expect.poll(() => problems).toEqual([expect.stringContaining('400')]);
  });
});
