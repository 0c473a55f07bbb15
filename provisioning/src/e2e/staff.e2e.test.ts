import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudConfigSchema } from '@scanpay/cloud/config.ts';
import { startCloud } from '@scanpay/cloud/main.ts';
import * as pages from '@scanpay/cloud/web/pages.ts';
import { checkConfig } from '@scanpay/shared/config.ts';
import { findChromium, launchChromium, noChromiumReason } from '@scanpay/shared/testing/chromium.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { demoMerchant } from '../demo/identities.ts';
import type { CompanyName } from '../demo/settlement-day.ts';
import { fillPath, soundBodies } from './hostile-bodies.ts';
import { type Reply, send } from './hostile-request.ts';
import { readPaths } from './hostile-routes.ts';
import {
  makeStaffableConfig,
  type StaffedCloud,
  type StaffRole,
  signedIn,
  signedInAs,
  staffNames,
  staffPasswords,
  startStaffedCloud,
  withStaff,
} from './staffed-cloud.ts';

const companies = ['operator', 'pg', 'card'] as const;
const cloudMain = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));

let world: StaffedCloud;
/** Routes as `post /v1/claims`. */
let routesOf: Record<CompanyName, string[]>;

beforeAll(async () => {
  world = await startStaffedCloud();
  const paths = await readPaths();
  const listRoutes = (company: CompanyName) =>
    Object.entries(paths[company]).flatMap(([path, methods]) => Object.keys(methods).map((each) => `${each} ${path}`));
  routesOf = { operator: listRoutes('operator'), pg: listRoutes('pg'), card: listRoutes('card') };
}, 240_000);
afterAll(() => world?.end());

function requestOf(company: CompanyName, route: string, headers: Record<string, string>) {
  const [method = '', path = ''] = route.split(' ');
  const body = method === 'post' ? (soundBodies[company]?.[path]?.() ?? null) : null;
  const type: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' };
  const text = body === null ? '' : JSON.stringify(body);
  return { path: fillPath(path), method: method.toUpperCase(), headers: { ...type, ...headers }, body: text };
}

/** Each time from another address, so that whoever signs in is known from nowhere. */
function callFromAfar(company: CompanyName, route: string, headers: Record<string, string> = {}): Promise<Reply> {
  const { path, ...what } = requestOf(company, route, headers);
  return send(world.urls[company], path, what);
}

/** From one address, as a browser does it. */
async function call(company: CompanyName, route: string, headers: Record<string, string>): Promise<Reply> {
  const { path, body, ...what } = requestOf(company, route, headers);
  const answer = await fetch(`${world.urls[company]}${path}`, body === '' ? what : { ...what, body });
  return { status: answer.status, type: '', text: await answer.text() };
}
const codeOf = ({ status, text }: Reply): string => (status < 400 ? '' : (JSON.parse(text) as { code: string }).code);

const customersRoutes = [
  'get /v1/offers',
  'post /v1/registrations',
  'get /v1/registrations/{registrationId}',
  'get /v1/registrations/{registrationId}/schedule',
  'post /v1/registrations/{registrationId}/schedule-changes',
] as const satisfies string[];
const managersRoutes: readonly string[] = [
  'post /v1/settlement/close',
  'post /v1/settlement/statements/{statementId}/lines/settle',
  'post /v1/merchants/{merchantId}/contracts',
  'get /v1/settlement/transfers/{businessDate}.csv',
];
const refusedBefore = ['sign_in_missing', 'sign_in_wrong', 'sign_in_locked', 'not_permitted', 'cross_site'];

describe.each(companies)('every route of a company that names its staff: %s', (company) => {
  it('is signed by a company, or for customers, or asks who calls', { timeout: 180_000 }, async () => {
    const kinds = { company: 0, customers: 0, staff: 0 };
    for (const route of routesOf[company]) {
      const reply = await callFromAfar(company, route);
      if (company === 'pg' && (customersRoutes as readonly string[]).includes(route)) {
        kinds.customers += 1;
        expect(refusedBefore, route).not.toContain(codeOf(reply));
      } else if (codeOf(reply) === 'signature_missing') {
        kinds.company += 1;
        // Whoever signs in is no company.
        expect(codeOf(await call(company, route, signedInAs('manager'))), route).toBe('signature_missing');
      } else {
        kinds.staff += 1;
        expect([reply.status, codeOf(reply)], route).toEqual([401, 'sign_in_missing']);
        if (route.startsWith('get '))
          expect((await callFromAfar(company, route.replace('get', 'head'))).status, route).not.toBe(200);
        expect(codeOf(await callFromAfar(company, route, signedIn('nobody', 'x'))), route).toMatch(
          /sign_in_(wrong|locked)/u,
        );
      }
    }
    expect(kinds.company).toBeGreaterThanOrEqual(3);
    expect(kinds.customers).toBe(company === 'pg' ? customersRoutes.length : 0);
    expect(kinds.staff).toBeGreaterThanOrEqual(10);
  });

  it('lets each do what his role is for, and a viewer change nothing', { timeout: 180_000 }, async () => {
    const ofStaff = routesOf[company].filter((route) => !(customersRoutes as readonly string[]).includes(route));
    for (const route of ofStaff) {
      const codes = async (who: StaffRole) => codeOf(await call(company, route, signedInAs(who)));
      const [viewer, staff, manager] = [await codes('viewer'), await codes('staff'), await codes('manager')];
      if (manager === 'signature_missing') continue;
      expect(refusedBefore, route).not.toContain(manager);
      if (managersRoutes.includes(route)) expect([viewer, staff], route).toEqual(['not_permitted', 'not_permitted']);
      else if (route.startsWith('get ')) expect(refusedBefore, route).not.toContain(viewer);
      else expect(viewer, route).toBe('not_permitted');
      if (!managersRoutes.includes(route)) expect(refusedBefore, route).not.toContain(staff);
    }
  });
});

describe('pages', () => {
  const get = async (company: CompanyName, path: string, headers: Record<string, string> = {}) =>
    (await send(world.urls[company], path, { method: 'GET', headers })).status;
  const at = (path: string): string => path.replace(/:\w+/u, 'box-1');

  it('of the staff are shut with all that belongs to them', async () => {
    const { bookPagesOf, sandboxBookPages: _, ...others } = pages;
    const shut = Object.values(others)
      .filter(({ isOpen, folder: name }) => isOpen !== true && name !== 'phone')
      .map((page) => ({ ...page, company: 'operator' as CompanyName }));
    expect(shut.length).toBeGreaterThanOrEqual(6);
    const books = companies.flatMap((company) => bookPagesOf[company].map((page) => ({ ...page, company })));
    for (const { company, path, folder: name } of [...shut, ...books]) {
      expect([await get(company, at(path)), await get(company, `/${name}/index.html`)], path).toEqual([401, 401]);
      expect([await get(company, at(path), signedInAs('viewer'))], path).toEqual([200]);
    }
  });

  it('of customers, and what all pages share, are open, as metrics are to this machine', async () => {
    for (const path of ['/', '/customer/customer.js', '/shared/src/web/base.css', '/metrics', '/v1/offers']) {
      expect(await get('pg', path), path).toBe(200);
    }
    for (const path of ['/coupon', '/coupon/coupon.js', '/coupon/qr.js', '/fonts/noto-sans-kr/index.css', '/metrics']) {
      expect(await get('operator', path), path).toBe(200);
    }
    // Not to be taken for a page that is: no browser asks its user for a password.
    expect(await get('pg', '/favicon.ico')).toBe(404);
  });
});

describe('signing in', () => {
  it('is over for a name after ten wrong passwords, but not where he is signed in', { timeout: 180_000 }, async () => {
    const from = signedIn(staffNames.viewer, staffPasswords.viewer);
    const route = 'get /v1/settlement/balances';
    expect((await call('card', route, from)).status).toBe(200);
    const codes: string[] = [];
    for (let index = 0; index < 11; index += 1) {
      codes.push(codeOf(await callFromAfar('card', route, signedIn(staffNames.viewer, `guess ${index}`))));
    }
    expect(codes).toEqual([...Array<string>(10).fill('sign_in_wrong'), 'sign_in_locked']);
    expect(codeOf(await callFromAfar('card', route, from))).toBe('sign_in_locked');
    expect((await call('card', route, from)).status).toBe(200);
    const log = readFileSync(join(world.folder, 'cloud', 'card', 'card.log'), 'utf8');
    expect(log).toContain('sign-in of staff refused');
    expect(log).not.toContain('guess');
  });

  it('is no way for the process to look after itself, which goes on reading its books', async () => {
    expect(await world.cloud.check()).toBeUndefined();
    const books = new Database(join(world.folder, 'cloud', 'card', 'card.sqlite'));
    books.exec('ALTER TABLE statements RENAME TO hidden');
    expect(await world.cloud.check()).toBe('card is failing');
    books.exec('ALTER TABLE hidden RENAME TO statements');
    books.close();
    expect(await world.cloud.check()).toBeUndefined();
  });

  it('is by the name in the records', async () => {
    const headers = { ...signedInAs('staff'), 'content-type': 'application/json' };
    const place = { deviceId: 'box-named', merchantId: demoMerchant.merchantId };
    await fetch(`${world.urls.operator}/v1/claims`, { method: 'POST', headers, body: JSON.stringify(place) });
    // Written down once the answer is out.
    await until(() => {
      const log = readFileSync(join(world.folder, 'cloud', 'operator', 'operator.log'), 'utf8');
      const acts = log.split('\n').filter((line) => line.includes('act of the staff') && line.includes('"status":200'));
      const last: unknown = JSON.parse(acts.at(-1) ?? '{}');
      expect(last).toMatchObject({ by: staffNames.staff, method: 'POST', path: '/v1/claims' });
    });
  });
});

describe('a cloud that other machines reach', () => {
  const start = (config: object) => {
    const path = join(world.folder, 'open.json');
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return spawnSync(process.execPath, [cloudMain, '--config', path], { encoding: 'utf8', timeout: 180_000 });
  };

  it('does not start unless it knows its staff, and says so', () => {
    const ended = start({ ...makeStaffableConfig(join(world.folder, 'open')), host: '0.0.0.0' });
    expect([ended.status, ended.stderr]).toEqual([78, expect.stringContaining('card.staff.users')]);
  });

  it('starts where a gateway is said to ask', async () => {
    const config = withStaff(makeStaffableConfig(join(world.folder, 'gateway')), { open: true });
    const behind = await startCloud(checkConfig(CloudConfigSchema, config, 'test'));
    onTestFinished(() => behind.stop());
    expect((await fetch(`${behind.addresses.card}/v1/settlement/balances`)).status).toBe(200);
  });
});

describe('in a browser', () => {
  const executablePath = findChromium();

  it('somebody signs in, makes a claim on the page, and no other site acts by that', async (ctx) => {
    if (executablePath === undefined) return ctx.skip(noChromiumReason);
    const browser = await launchChromium(executablePath);
    onTestFinished(() => browser.close());
    const stranger = await browser.openPage();
    const refused = await stranger.page.goto(`${world.urls.operator}/claims`).catch(() => null);
    expect(refused?.status() ?? 401).toBe(401);
    expect(await stranger.page.locator('#staff, form, h1').count()).toBe(0);

    const credentials = { username: staffNames.staff, password: staffPasswords.staff };
    const { page, problems } = await browser.openPage({ httpCredentials: credentials });
    await page.goto(`${world.urls.operator}/alarms`);
    await expect.poll(() => page.locator('#staff').inputValue()).toBe(staffNames.staff);
    await expect.poll(() => page.locator('#staff').getAttribute('readonly')).toBe('');
    await page.goto(`${world.urls.operator}/claims`);
    await page.locator('#merchant option').first().waitFor({ state: 'attached' });
    await page.fill('#device', 'box-by-page');
    await page.click('#place button');
    await page.locator('#code svg').waitFor();
    expect(problems).toEqual([]);

    // A page elsewhere sends a form there: the browser adds what it knows of this address.
    const target = `${world.urls.operator}${fillPath('/v1/devices/{deviceId}/revoke')}`;
    const form = `<form method="post" action="${target}"><button>Win a prize</button></form>`;
    const evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(form));
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void evil.close());
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
    const [answer] = await Promise.all([page.waitForResponse(target), page.click('button')]);
    expect(answer.status()).toBe(403);
    await expect.poll(() => page.textContent('body')).toContain('cross_site');
  }, 60_000);

  it('everybody sees the settlement of a day, and a manager alone closes it', async (ctx) => {
    if (executablePath === undefined) return ctx.skip(noChromiumReason);
    const browser = await launchChromium(executablePath);
    onTestFinished(() => browser.close());
    for (const [role, said] of [
      ['viewer', 'not_permitted'],
      ['manager', '마감했습니다'],
    ] as const) {
      const credentials = { username: staffNames[role], password: staffPasswords[role] };
      const { page } = await browser.openPage({ httpCredentials: credentials });
      await page.goto(`${world.urls.card}/settlement?date=2026-01-02`);
      await page.locator('.book').waitFor();
      await page.click('#close');
      await page.click('#ask-yes');
      await expect.poll(() => page.locator('main').textContent()).toContain(said);
    }
  }, 60_000);
});
