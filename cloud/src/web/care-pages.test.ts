import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import type { OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import type { CommandOutcome } from '@scanpay/shared/wire/command-messages.ts';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { addSignedInRoute } from '../roles/common/staff/signed-in-route.ts';
import { createOperatorWorld } from '../roles/operator/testing/operator-world.ts';
import { addPages } from './add-pages.ts';
import { alarmsPage, boxPage } from './pages.ts';

const sessionId = '01a20958-0000-7000-8000-000000000001';
const alarm = (code: string, detail = ''): OpenAlarm => ({ code, raisedAtMs: 100, count: 1, detail });

describe('the pages about boxes', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  async function open(ctx: TestContext, own: TestBrowser) {
    const world = await createOperatorWorld();
    ctx.onTestFinished(() => world.dispose());
    const box = await world.enrol('box-1');
    const { app } = world.role;
    addPages(app, [alarmsPage, boxPage]);
    addSignedInRoute(app);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    ctx.onTestFinished(() => app.close());
    const opened = await own.openPage();
    ctx.onTestFinished(opened.close);
    const report = async (revision: number, ...alarms: OpenAlarm[]) =>
      world.deliver(await box.seal({ type: 'alarm.report', journalId: sessionId, revision, open: alarms }));
    return { world, box, url, report, ...opened };
  }

  it('show alarms, and let somebody acknowledge one by name', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { page, url, report, problems } = await open(ctx, browser);
    await report(1, alarm('journal-error', 'SQLITE_FULL'), alarm('printer-paper-out', 'paper-out'));
    await page.goto(`${url}/alarms`);
    const rows = page.locator('#alarms tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await page.locator('#alarms').textContent()).toContain('프린터 용지가 없습니다.');
    expect(await findBarriers(page)).toEqual([]);

    const paper = rows.filter({ hasText: 'printer-paper-out' });
    await paper.getByRole('button', { name: '확인' }).click();
    // Without a name nothing is done.
    expect(await page.locator('#staff').getAttribute('aria-invalid')).toBe('true');
    await page.fill('#staff', '김담당');
    await paper.getByRole('button', { name: '확인' }).click();
    await page.fill('#note', '용지 보냄');
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#ask-yes');
    await expect.poll(() => paper.textContent()).toContain('김담당: 용지 보냄');
    await page.selectOption('#severity', 'critical');
    await expect.poll(() => rows.count()).toBe(1);
    await page.click('#language');
    await expect.poll(() => rows.first().textContent()).toContain('The box could not write its journal');
    await page.selectOption('#state', 'cleared');
    await expect.poll(() => page.locator('#alarms').textContent()).toContain('There is no such alarm.');
    expect(problems).toEqual([]);
  });

  it('give a box commands, and show what came of them', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const { page, url, report, problems, world, box } = await open(ctx, browser);
    await report(1, alarm('scanner-gone'));
    await world.deliver(await box.seal({ type: 'presence', sessionId, online: true }));
    const answer = async (outcome: CommandOutcome) => {
      const said = (await world.messages()).findLast((each) => each.type === 'command');
      if (said?.type !== 'command') throw new Error('no command yet');
      await world.deliver(await box.seal({ type: 'command.result', commandId: said.commandId, outcome }));
    };
    await page.goto(`${url}/boxes/box-1`);
    await page.fill('#staff', '김담당');
    const rows = page.locator('#commands tbody tr');
    await page.getByRole('button', { name: '인쇄 시험' }).click();
    await expect.poll(() => rows.count()).toBe(1);
    await answer({ kind: 'done', result: { print: 'printed' }, attachment: null });
    await expect.poll(() => rows.first().textContent()).toContain('인쇄되었습니다.');
    world.scheduler.advance(1_000);
    await page.getByRole('button', { name: '다시 시작' }).click();
    await page.click('#ask-yes');
    await expect.poll(() => rows.count()).toBe(2);
    await answer({ kind: 'failed', code: 'payment_open', detail: '' });
    await expect.poll(() => rows.first().textContent()).toContain('단말기에서 결제가 진행 중');
    await expect.poll(() => page.locator('#alarms').textContent()).toContain('스캐너가 응답하지 않습니다.');
    expect(await findBarriers(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
