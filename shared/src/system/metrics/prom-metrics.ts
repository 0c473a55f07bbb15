import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../../metrics/metrics.ts';
import type { MetricsPage, MetricsReach } from '../../metrics/metrics-access.ts';

const prefix = 'scanpay_';
/** Series of one metric at most: labels are from closed lists, and this is what stops a mistake. */
const maxSeries = 300;

export interface PromMetrics {
  metrics: Metrics;
  page: MetricsPage;
}

/**
 * Metrics by prom-client, with those of the process (memory, CPU, event loop lag, garbage collection).
 * @param labels of every metric, e.g. which company it is of
 */
export function createPromMetrics(options: { reach: MetricsReach; labels: Record<string, string> }): PromMetrics {
  const registry = new Registry();
  registry.setDefaultLabels(options.labels);
  if (options.reach !== 'off') collectDefaultMetrics({ register: registry });
  return {
    metrics: createMetrics(registry),
    page: { reach: options.reach, contentType: registry.contentType, render: () => registry.metrics() },
  };
}

function createMetrics(registry: Registry): Metrics {
  const common = ({ name, help, labels }: { name: string; help: string; labels: readonly string[] }) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    counter(definition) {
      const counter = new Counter(common(definition));
      const admit = createAdmission();
      return (labels, by = 1) => {
        if (admit(labels)) counter.inc(labels, by);
      };
    },
    histogram(definition) {
      const histogram = new Histogram({ ...common(definition), buckets: [...definition.buckets] });
      const admit = createAdmission();
      return (labels, seconds) => {
        if (admit(labels)) histogram.observe(labels, seconds);
      };
    },
    gauge(definition, read) {
      // prom-client resets a gauge without labels to 0, which one that cannot be read is not.
      const clear = (): void => (definition.labels.length === 0 ? gauge.remove() : gauge.reset());
      const gauge: Gauge = new Gauge({
        ...common(definition),
        async collect() {
          clear();
          const samples = await Promise.resolve(read()).catch(() => []);
          for (const { labels, value } of samples.slice(0, maxSeries)) gauge.set(labels, value);
        },
      });
    },
  };
}

/** Whether there is room for one more set of labels. */
function createAdmission(): (labels: Record<string, string>) => boolean {
  const seen = new Set<string>();
  return (labels) => {
    const key = Object.values(labels).join('\u0000');
    if (seen.has(key)) return true;
    if (seen.size >= maxSeries) return false;
    seen.add(key);
    return true;
  };
}
