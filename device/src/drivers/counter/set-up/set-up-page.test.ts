import type { SetUpView } from '@scanpay/shared/api/set-up.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { findChromium, launchChromium, noChromiumReason, type TestBrowser } from '@scanpay/shared/testing/chromium.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lightPatterns } from '../../../ports/light-patterns.ts';
import { createCounterServer } from '../counter-server.ts';
import { createFakeBox, throwOnInternalError } from '../testing/fake-box.ts';
import { createSetUpServer } from './set-up-server.ts';

const patternOf = (light: keyof typeof lightPatterns): SetUpView['light'] => {
  const { colours, blinkMs, meaning, look } = lightPatterns[light];
  return { light, colours: [...colours], blinkMs: [...blinkMs], meaning, look };
};
const waiting: SetUpView = {
  nowMs: 0,
  stage: 'waiting',
  headline: { ko: '아직 등록되지 않은 단말기입니다', en: 'This box is not registered yet' },
  advice: { ko: '설치 QR코드를 찍으세요.', en: 'Scan the claim.' },
  refusal: null,
  light: patternOf('no-identity'),
  scanners: [
    { part: '/dev/ttyACM0', isReady: true, detail: '/dev/ttyACM0' },
    { part: 'camera', isReady: false, detail: 'rpicam-vid is not installed' },
  ],
  checks: [],
};

describe('the page of a box that is set up', () => {
  const executablePath = findChromium();
  let browser: TestBrowser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it('follows every stage, and gives way to the counter page', async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    let view = waiting;
    const server = createSetUpServer({
      view: () => view,
      host: '127.0.0.1',
      port: await pickFreePort(),
      onInternalError: throwOnInternalError,
    });
    const url = await server.start();
    const { page, close } = await browser.openPage();
    ctx.onTestFinished(close);
    await page.goto(url);
    await expect.poll(() => page.locator('#headline').textContent()).toBe(waiting.headline.ko);
    expect(await page.locator('#steps [aria-current]').textContent()).toContain('설치코드 스캔');
    expect(await page.locator('#scanners li').allTextContents()).toEqual([
      '정상/dev/ttyACM0',
      '이상camerarpicam-vid is not installed',
    ]);
    expect(await findBarriers(page)).toEqual([]);

    view = { ...waiting, refusal: { code: 'claim_used', detail: '', atMs: 0 }, light: patternOf('set-up-refused') };
    await expect.poll(() => page.locator('#stage').getAttribute('data-mood')).toBe('bad');
    expect(await page.locator('#refusal').textContent()).toBe('claim_used');
    expect(await findBarriers(page)).toEqual([]);

    const checks: SetUpView['checks'] = [
      { name: { ko: '프린터', en: 'printer' }, outcome: 'fault', seen: 'paper-out' },
    ];
    view = { ...waiting, stage: 'testing', light: patternOf('self-test'), checks };
    await expect.poll(() => page.locator('#steps [aria-current]').textContent()).toContain('점검');
    expect(await page.locator('#checks li').allTextContents()).toEqual(['이상프린터paper-out']);
    await page.click('#language');
    await expect.poll(() => page.locator('#headline').textContent()).toBe(waiting.headline.en);

    await server.stop();
    await page.locator('#lost:not([hidden])').waitFor();
    const { port } = new URL(url);
    const counter = createCounterServer({
      box: createFakeBox(),
      scheduler: systemScheduler,
      host: '127.0.0.1',
      port: Number(port),
      onInternalError: throwOnInternalError,
    });
    await counter.start();
    ctx.onTestFinished(() => counter.stop());
    await page.locator('#sale').waitFor();
  });
});
