import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CloudConfig } from '@scanpay/cloud/config.ts';
import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../demo/processes.ts';
import type { CompanyName } from '../demo/settlement-day.ts';
import { fillPath, soundBodies } from './hostile-bodies.ts';
import { callersOf, openHostileLink } from './hostile-peers.ts';
import { type Reply, type Request, send } from './hostile-request.ts';
import { readPaths } from './hostile-routes.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';

const cloudEntry = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));
const companies = ['operator', 'pg', 'card'] as const;

/** What is not for other companies: customers, and staff, who reach it through a gateway only. */
const openRoutes: Record<CompanyName, readonly string[]> = {
  operator: [
    'get /v1/merchants',
    'get /v1/merchants/{merchantId}/contracts',
    'post /v1/merchants/{merchantId}/contracts',
    'get /v1/merchants/{merchantId}/contracts/applicable',
    'post /v1/coupons/{couponId}/revoke',
    'get /v1/coupons/{couponId}/deletions',
    'get /v1/schedules',
    'post /v1/coupons/{couponId}/schedule-changes',
    'get /v1/no-shows',
    'get /v1/no-shows/{businessDate}.csv',
    'get /v1/devices',
    'post /v1/devices',
    'get /v1/devices/{deviceId}',
    'get /v1/devices/{deviceId}/telemetry',
    'post /v1/devices/{deviceId}/config',
    'post /v1/devices/{deviceId}/group',
    'get /v1/fleet',
    'post /v1/groups/{group}/config',
    'post /v1/claims',
    'get /v1/devices/{deviceId}/certificates',
    'post /v1/devices/{deviceId}/revoke',
    'get /v1/keys',
    'get /v1/payments',
    'get /v1/payments/{paymentId}',
    'get /v1/settlement/transfers/{businessDate}.csv',
    'get /v1/cash-receipts/failed',
    'get /v1/cash-receipts/{kind}/{id}',
    'post /v1/cash-receipts/{kind}/{id}/retry',
    'get /v1/claims',
    'post /v1/hand-overs',
    'get /v1/devices/{deviceId}/hand-overs',
    'get /v1/devices/{deviceId}/commands',
    'post /v1/devices/{deviceId}/commands',
    'get /v1/commands/{commandId}',
    'get /v1/commands/{commandId}/attachment',
    'get /v1/alarms',
    'post /v1/alarms/{alarmId}/acknowledge',
    'post /v1/alarms/{alarmId}/clear',
    'get /v1/device-releases',
    'get /v1/releases',
    'post /v1/releases',
    'post /v1/releases/{version}/{arch}/removal',
    'put /v1/releases/{version}/{arch}/artifact',
    'get /v1/rollouts',
    'post /v1/rollouts',
    'get /v1/rollouts/{rolloutId}',
    'post /v1/rollouts/{rolloutId}/pause',
    'post /v1/rollouts/{rolloutId}/resume',
    'post /v1/rollouts/{rolloutId}/abort',
    'post /v1/rollouts/{rolloutId}/percent',
  ],
  pg: [
    'get /v1/offers',
    'post /v1/registrations',
    'get /v1/registrations/{registrationId}',
    'get /v1/registrations/{registrationId}/schedule',
    'post /v1/registrations/{registrationId}/schedule-changes',
  ],
  card: [],
};
const staffOfAll = [
  'get /v1/signed-in',
  'post /v1/settlement/close',
  'get /v1/settlement/statements',
  'get /v1/settlement/statements/{statementId}',
  'get /v1/settlement/statements/{statementId}/lines',
  'get /v1/settlement/statements/{statementId}/statement.csv',
  'get /v1/settlement/statements/{statementId}/statement.json-lines',
  'get /v1/settlement/statements/{statementId}/statement.pdf',
  'get /v1/settlement/payments/{paymentId}',
  'post /v1/settlement/statements/{statementId}/lines/settle',
  'get /v1/settlement/balances',
  'get /v1/settlement/debts',
  'get /v1/settlement/search',
];

let world: HostileWorld;
let routesOf: Record<CompanyName, string[]>;
beforeAll(async () => {
  world = await startHostileWorld('hostile-links', {
    launchCloud(path) {
      const config = JSON.parse(readFileSync(path, 'utf8')) as Required<Pick<CloudConfig, CompanyName>>;
      // What was stolen stays good for long enough to be said again after a restart on a busy machine.
      for (const company of companies) config[company].links.clockSkewMs = 300_000;
      writeFileSync(path, JSON.stringify(config));
      return startService(cloudEntry, ['--config', path]);
    },
  });
  const paths = await readPaths();
  const listRoutes = (company: CompanyName) =>
    Object.entries(paths[company]).flatMap(([path, methods]) => Object.keys(methods).map((each) => `${each} ${path}`));
  routesOf = { operator: listRoutes('operator'), pg: listRoutes('pg'), card: listRoutes('card') };
});
afterAll(() => world?.end());

const parseErrorBody = createParser(ErrorBodySchema);
/** Empty: no refusal. */
const readCode = ({ status, text }: Reply): string => {
  const body = status < 400 ? undefined : parseErrorBody(JSON.parse(text));
  return body?.ok === true ? body.value.code : '';
};

function requestOf(company: CompanyName, route: string): Required<Request> & { path: string } {
  const [method = '', path = ''] = route.split(' ');
  const body = method === 'post' ? (soundBodies[company]?.[path]?.() ?? null) : null;
  const headers: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' };
  return {
    method: method.toUpperCase(),
    path: fillPath(path),
    headers,
    body: body === null ? '' : JSON.stringify(body),
  };
}

async function signAs(from: CompanyName, company: CompanyName, asked: ReturnType<typeof requestOf>): Promise<Request> {
  const { method, path: target, headers, body } = asked;
  const signed = await openHostileLink(world.keys, from).signRequest(company, { method, target, headers, body });
  return { ...asked, headers: { ...headers, ...signed } };
}

describe.each(companies)('the routes of a company: %s', (company) => {
  const listPeerRoutes = () =>
    routesOf[company].filter((route) => !openRoutes[company].includes(route) && !staffOfAll.includes(route));

  it('are for other companies, for customers, or for staff', () => {
    for (const route of [...openRoutes[company], ...staffOfAll]) expect(routesOf[company]).toContain(route);
    expect(listPeerRoutes().length).toBeGreaterThanOrEqual(3);
  });

  it('are closed to whoever does not sign as a company, but for those listed here', async () => {
    for (const route of routesOf[company]) {
      const { path, ...asked } = requestOf(company, route);
      const reply = await send(world.urls[company], path, asked);
      const isOpen = !listPeerRoutes().includes(route);
      if (isOpen) expect(reply.text, route).not.toContain('signature_missing');
      else expect([reply.status, readCode(reply)], route).toEqual([401, 'signature_missing']);
    }
  });

  it('are closed to every company but the one whose call it is', async () => {
    for (const route of listPeerRoutes()) {
      const asked = requestOf(company, route);
      const callers = callersOf(company, asked.path);
      for (const other of companies.filter((each) => !callers.includes(each))) {
        const reply = await send(world.urls[company], asked.path, await signAs(other, company, asked));
        // A key that a company does not know at all is a signature that does not hold.
        expect(['caller_not_allowed', 'signature_invalid'], `${other} ${route}`).toContain(readCode(reply));
      }
    }
  });

  it('take what was said before from nobody, also after a restart', async () => {
    const stolen: [string, Request][] = [];
    for (const route of listPeerRoutes()) {
      const asked = requestOf(company, route);
      const signed = await signAs(callersOf(company, asked.path)[0], company, asked);
      const first = await send(world.urls[company], asked.path, signed);
      expect(['signature_missing', 'caller_not_allowed', 'replayed'], route).not.toContain(readCode(first));
      stolen.push([asked.path, signed]);
    }
    for (const [path, signed] of stolen)
      expect(readCode(await send(world.urls[company], path, signed))).toBe('replayed');
    await world.running.cloud?.kill();
    await world.startCloud();
    for (const [path, signed] of stolen)
      expect(readCode(await send(world.urls[company], path, signed))).toBe('replayed');
  }, 180_000);
});
