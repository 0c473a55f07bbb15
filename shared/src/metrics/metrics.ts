/** One value of a gauge, as it is read. */
export interface GaugeSample<L extends string> {
  labels: Record<L, string>;
  value: number;
}

/**
 * What is counted and measured, for Prometheus. Labels come from closed lists (outcomes, codes, states, routes): never an
 * id, a person or a card. Names are without the prefix `scanpay_`.
 */
export interface Metrics {
  counter<L extends string>(definition: MetricDefinition<L>): (labels: Record<L, string>, by?: number) => void;
  /** In seconds. */
  histogram<L extends string>(
    definition: MetricDefinition<L> & { buckets: readonly number[] },
  ): (labels: Record<L, string>, seconds: number) => void;
  /** Read at each scrape; one that cannot be read is left out of it. */
  gauge<L extends string>(
    definition: MetricDefinition<L>,
    read: () => GaugeSample<L>[] | Promise<GaugeSample<L>[]>,
  ): void;
}

export interface MetricDefinition<L extends string> {
  name: string;
  help: string;
  labels: readonly L[];
}

/** A gauge with one value; null: not known now. */
export const readOne =
  (read: () => number | null | Promise<number | null>) => async (): Promise<GaugeSample<never>[]> => {
    const value = await read();
    return value === null ? [] : [{ labels: {}, value }];
  };

/** A gauge with a value for each name of one label. */
export const readEach =
  <L extends string>(
    label: L,
    read: () => Promise<Partial<Record<string, number>>> | Partial<Record<string, number>>,
  ) =>
  async (): Promise<GaugeSample<L>[]> =>
    Object.entries(await read()).map(([name, value = 0]) => ({
      labels: { [label]: name } as Record<L, string>,
      value,
    }));

/** From the time a counter takes to a time a customer walks away; the terminal gives up after ten seconds. */
export const latencyBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
