import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian and others put it; the first one found is used. */
const programNames = ['chromium', 'chromium-browser', 'google-chrome'];

/** Nothing leaves the machine, nothing is kept, and no sandbox, which a container has no rights for. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a Chromium on this machine; undefined: there is none, and tests of pages are skipped. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin');
  return programNames.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

export const noChromiumReason = 'no Chromium here: apt-get install chromium';

export interface TestBrowser {
  /** A page in a context of its own: no storage is shared with another. */
  openPage(options?: {
    widthPx?: number;
    heightPx?: number;
    hasTouch?: boolean;
    /** What a person types when asked who he is (HTTP Basic). */
    httpCredentials?: { username: string; password: string };
  }): Promise<WatchedPage>;
  close(): Promise<void>;
}

export interface WatchedPage {
  page: Page;
  /** Console errors, uncaught exceptions and refusals by the content security policy, so far. */
  problems: string[];
  close(): Promise<void>;
}

/** A headless Chromium with a profile of its own, thrown away afterwards. */
export async function launchChromium(executablePath: string): Promise<TestBrowser> {
  const profileDir = await mkdtemp(join(tmpdir(), 'scanpay-chromium-'));
  // Crash reports and caches go to the home folder otherwise.
  const env = { ...process.env, HOME: profileDir, XDG_CONFIG_HOME: profileDir, XDG_CACHE_HOME: profileDir };
  const browser = await chromium.launch({ executablePath, headless: true, args: flags, env });
  return {
    async openPage({ widthPx = 1024, heightPx = 768, hasTouch = false, httpCredentials } = {}) {
      const context = await browser.newContext({
        viewport: { width: widthPx, height: heightPx },
        hasTouch,
        ...(httpCredentials === undefined ? {} : { httpCredentials }),
        locale: 'ko-KR',
        // Not Seoul's: pages must say Seoul's time wherever they are looked at.
        timezoneId: 'America/New_York',
      });
      return watchPage(context);
    },
    async close() {
      await browser.close();
      // What it leaves behind may still be written to for a moment.
      await rm(profileDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function watchPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  return { page, problems, close: () => context.close() };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
