import { describe, expect, it } from 'vitest';
import { readEach, readOne } from '../../metrics/metrics.ts';
import { mayScrape } from '../../metrics/metrics-access.ts';
import { parseExposition } from '../../testing/parse-exposition.ts';
import { createPromMetrics } from './prom-metrics.ts';

const open = () => createPromMetrics({ reach: 'loopback', labels: { company: 'card' } });
const scrape = async ({ page }: ReturnType<typeof open>) => parseExposition(await page.render());

describe('createPromMetrics', () => {
  it('writes what was counted, measured and read, beside what it knows of the process', async () => {
    const own = open();
    const count = own.metrics.counter({ name: 'things_total', help: 'Things', labels: ['kind'] });
    count({ kind: 'a "quoted"\\\nkind' });
    count({ kind: 'b' }, 3);
    const measure = own.metrics.histogram({ name: 'wait_seconds', help: 'Wait', labels: [], buckets: [0.1, 1] });
    measure({}, 0.05);
    measure({}, 5);
    own.metrics.gauge(
      { name: 'depth', help: 'Depth', labels: [] },
      readOne(() => 7),
    );
    own.metrics.gauge(
      { name: 'states', help: 'States', labels: ['state'] },
      readEach('state', () => ({ x: 1, y: 0 })),
    );
    const families = await scrape(own);
    expect(families.get('scanpay_things_total')?.series.map(({ value }) => value)).toEqual([1, 3]);
    expect(families.get('scanpay_wait_seconds')?.series.map(({ value }) => value)).toEqual([1, 1, 2, 5.05, 2]);
    expect(families.get('scanpay_depth')?.series).toEqual([
      { name: 'scanpay_depth', labels: { company: 'card' }, value: 7 },
    ]);
    expect(families.get('scanpay_states')?.series).toHaveLength(2);
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']) {
      expect(families.get(name)?.series.length).toBeGreaterThan(0);
    }
    expect(own.page.contentType).toContain('text/plain; version=0.0.4');
  });

  it('leaves out a gauge that cannot be read, or is not known, and keeps the others', async () => {
    const own = open();
    own.metrics.gauge({ name: 'broken', help: 'x', labels: [] }, async () => Promise.reject(new Error('away')));
    own.metrics.gauge(
      { name: 'unknown', help: 'x', labels: [] },
      readOne(() => null),
    );
    own.metrics.gauge(
      { name: 'well', help: 'x', labels: [] },
      readOne(async () => 1),
    );
    const families = await scrape(own);
    expect(families.get('scanpay_broken')?.series).toEqual([]);
    expect(families.get('scanpay_unknown')?.series).toEqual([]);
    expect(families.get('scanpay_well')?.series).toHaveLength(1);
  });

  it('keeps a bound on the series of a metric', async () => {
    const own = open();
    const count = own.metrics.counter({ name: 'ids_total', help: 'x', labels: ['id'] });
    for (let id = 0; id < 1_000; id++) count({ id: String(id) });
    count({ id: '0' });
    const series = (await scrape(own)).get('scanpay_ids_total')?.series ?? [];
    expect(series).toHaveLength(300);
    expect(series[0]?.value).toBe(2);
  });
});

describe('mayScrape', () => {
  const from = (remoteAddress: string | undefined, headers = {}) => ({ remoteAddress, headers });
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('lets this machine in: %s', (address) => {
    expect(mayScrape('loopback', from(address))).toBe(true);
  });
  it('keeps others out, and a gateway on this machine that speaks for them', () => {
    for (const address of ['192.168.0.7', '::ffff:10.0.0.1', '1270.0.0.1', undefined]) {
      expect(mayScrape('loopback', from(address))).toBe(false);
    }
    for (const header of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
      expect(mayScrape('loopback', from('127.0.0.1', { [header]: '8.8.8.8' }))).toBe(false);
    }
  });
  it('does as the configuration says', () => {
    expect(mayScrape('any', from('8.8.8.8'))).toBe(true);
    expect(mayScrape('off', from('127.0.0.1'))).toBe(false);
  });
});

describe('parseExposition', () => {
  const head = '# HELP a x\n# TYPE a counter\n';
  it.each([
    ['no end', `${head}a 1`],
    ['no type', 'a 1\n'],
    ['a series twice', `${head}a 1\na 2\n`],
    ['another family’s series', `${head}b 1\n`],
    ['no number', `${head}a one\n`],
    ['a counter below nothing', `${head}a -1\n`],
    ['a label without quotes', `${head}a{b=c} 1\n`],
    ['a label twice', `${head}a{b="c",b="d"} 1\n`],
    ['buckets that shrink', '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n'],
    ['no last bucket', '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\n'],
  ])('refuses %s', (_name, text) => expect(() => parseExposition(text)).toThrow());
});
