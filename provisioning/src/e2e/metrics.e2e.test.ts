import { type Family, parseExposition } from '@scanpay/shared/testing/parse-exposition.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardNumber } from './hostile-bodies.ts';
import { type HostileWorld, startHostileWorld } from './hostile-world.ts';

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld('metrics');
  const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
  const coupon = await world.travellers.getCoupon({ name: '측정', mobile: '01060000001', offers });
  expect(await world.sell(coupon)).toMatchObject({ kind: 'approved' });
});
afterAll(() => world?.end());

async function scrape(url: string): Promise<Map<string, Family>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u);
  return parseExposition(await response.text());
}
const sum = (families: Map<string, Family>, name: string, labels: Record<string, string> = {}): number =>
  (families.get(`scanpay_${name}`)?.series ?? [])
    .filter((series) => Object.entries(labels).every(([label, value]) => series.labels[label] === value))
    .reduce((total, { value }) => total + value, 0);

it('counts one sale at the box and at every company', { timeout: 60_000 }, () => until(expectOneSale));

/** The counter shows an approval before everybody has counted it. */
async function expectOneSale(): Promise<void> {
  const { operator, pg, card } = world.urls;
  const box = await scrape(world.counterUrl);
  expect(sum(box, 'payments_total', { outcome: 'approved' })).toBe(1);
  expect(sum(box, 'scans_total', { source: 'serial' })).toBe(1);
  expect(sum(box, 'journal_commits_total')).toBeGreaterThan(2);
  expect(sum(box, 'uplink_connected')).toBe(1);
  expect(sum(box, 'printer_state', { state: 'ok' })).toBe(1);
  const atOperator = await scrape(operator);
  expect(sum(atOperator, 'payments_total', { outcome: 'approved' })).toBe(1);
  expect(sum(atOperator, 'boxes_online')).toBe(1);
  expect(sum(atOperator, 'alarms_open')).toBe(0);
  expect(sum(atOperator, 'database_bytes')).toBeGreaterThan(10_000);
  expect(atOperator.get('scanpay_payment_seconds')?.series.at(-1)).toMatchObject({ value: 1 });
  expect(sum(await scrape(pg), 'outcomes_total', { route: '/v1/approvals', outcome: 'approved' })).toBe(1);
  expect(sum(await scrape(card), 'outcomes_total', { route: '/v1/authorisations', outcome: 'approved' })).toBe(1);
}

it('has no label that a person, a card, a payment or a path of anybody’s choice could fill', async () => {
  await fetch(`${world.urls.pg}/v1/${cardNumber}`);
  await fetch(`${world.urls.operator}/v1/commands/${cardNumber}`);
  for (const url of [world.counterUrl, ...Object.values(world.urls)]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).not.toContain(cardNumber);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/u);
    const series = [...parseExposition(text).values()].flatMap((family) => family.series);
    expect(series.length).toBeLessThan(1_500);
  }
});

it('is shown to nobody for whom a gateway asks', async () => {
  for (const url of [world.counterUrl, ...Object.values(world.urls)]) {
    const response = await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': '198.51.100.7' } });
    expect(response.status).toBe(404);
  }
});

it('sees the box go', { timeout: 180_000 }, async () => {
  await world.running.box?.kill();
  await until(async () => expect(sum(await scrape(world.urls.operator), 'boxes_online')).toBe(0));
});
