import {
  findChromium,
  launchChromium,
  noChromiumReason,
  type TestBrowser,
  type WatchedPage,
} from '@scanpay/shared/testing/chromium.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createCounterServer } from '../counter-server.ts';
import { type CounterExample, counterView } from './examples.ts';
import { createFakeBox, type FakeBox, throwOnInternalError } from './fake-box.ts';

/** What a test of the counter page works with: a new box, server and page for each test, one browser for all. */
export interface CounterPageTest extends WatchedPage {
  box: FakeBox;
  /** The box shows this picture, and the page has drawn it. */
  show(name: Exclude<CounterExample, 'idle'>): Promise<void>;
  /** Looks until the last action the page asked the box for is this one. */
  expectLastCall(call: FakeBox['calls'][number]): Promise<void>;
  /** The server stops, as when the box loses power. */
  stopServer(): Promise<void>;
  /** It is back, under the same address. */
  restartServer(): Promise<void>;
}

/** Registers the hooks; the object is filled anew before each test. */
export function useCounterPage(): CounterPageTest {
  const executablePath = findChromium();
  const test = {} as CounterPageTest;
  let browser: TestBrowser | undefined;
  let server: ReturnType<typeof createCounterServer> | undefined;

  const serve = (port: number) => {
    server = createCounterServer({
      box: test.box,
      scheduler: createVirtualScheduler(),
      host: '127.0.0.1',
      port,
      onInternalError: throwOnInternalError,
    });
    return server.start();
  };
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromiumReason);
    const box = createFakeBox();
    test.box = box;
    const url = await serve(await pickFreePort());
    const opened = await browser.openPage();
    const { page } = opened;
    Object.assign(test, opened, {
      async show(name: Exclude<CounterExample, 'idle'>) {
        // The picture before may be of the same kind.
        await page.evaluate("document.querySelector('.result')?.setAttribute('data-before', '')");
        box.showCounter(name);
        await page.locator(`.result[data-kind="${counterView(name).kind}"]:not([data-before])`).waitFor();
      },
      expectLastCall: (call: FakeBox['calls'][number]) => until(() => expect(box.calls.at(-1)).toEqual(call)),
      stopServer: () => server?.stop(),
      restartServer: () => serve(Number(new URL(url).port)),
    });
    await page.goto(url);
    await page.locator('#parts li').first().waitFor();
  });
  afterEach(async () => {
    await test.close?.();
    await server?.stop();
  });
  return test;
}
