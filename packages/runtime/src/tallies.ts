import { Counter, type Metric, type Registry } from 'prom-client';

/*
 * Metrics of hot paths. prom-client finds a series by a text that it makes of the labels, at each count: half a microsecond,
 * a fiftieth of a whole answer. Here a series is found by comparing, and becomes text when the metrics are fetched. For
 * labels of few values: the search goes from one series to the next.
 */

interface MetricConfig {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registry: Registry;
}

type Value = string | number;

interface Series {
  /** In the order of the labels' names. */
  readonly values: readonly Value[];
  count: number;
  sum: number;
  /** By bucket of a histogram: those that are in it and in none before. */
  readonly inBucket: number[];
}

export interface Tally {
  /** One more of these labels, in the order of their names. */
  add(...values: readonly Value[]): void;
}

/** A counter. */
export function createTally({ registry, ...config }: MetricConfig): Tally {
  const { all, of } = createSeries(0);
  new Counter({
    ...config,
    registers: [registry],
    collect() {
      for (const series of all) {
        if (series.count > 0) this.inc(labelsOf(config, series), series.count);
        series.count = 0;
      }
    },
  });
  return {
    add: (...values) => {
      of(values).count += 1;
    },
  };
}

export interface Distribution {
  observe(value: number, ...values: readonly Value[]): void;
}

/** A histogram with these upper bounds, which grow. */
export function createDistribution(
  config: MetricConfig & { readonly buckets: readonly number[] },
): Distribution {
  const { registry, name, help, buckets } = config;
  const { all, of } = createSeries(buckets.length);
  const samplesOf = (series: Series) => {
    const labels = labelsOf(config, series);
    let below = 0;
    const bounds = buckets.map((le, index) => {
      below += series.inBucket[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...bounds,
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: series.count },
      { metricName: `${name}_sum`, labels, value: series.sum },
      { metricName: `${name}_count`, labels, value: series.count },
    ];
  };
  const head = { name, help, type: 'histogram', aggregator: 'sum' };
  const get = () => Promise.resolve({ ...head, values: all.flatMap(samplesOf) });
  // All that a registry asks of a metric.
  registry.registerMetric({ ...head, get } as unknown as Metric);
  return {
    observe: (value, ...values) => {
      const series = of(values);
      series.count += 1;
      series.sum += value;
      for (let index = 0; index < buckets.length; index += 1) {
        if (value > (buckets[index] ?? 0)) continue;
        series.inBucket[index] = (series.inBucket[index] ?? 0) + 1;
        return;
      }
    },
  };
}

function createSeries(buckets: number) {
  const all: Series[] = [];
  const of = (values: readonly Value[]): Series => {
    for (const series of all) if (isSame(series.values, values)) return series;
    const inBucket = Array.from({ length: buckets }, () => 0);
    const made = { values: [...values], count: 0, sum: 0, inBucket };
    all.push(made);
    return made;
  };
  return { all, of };
}

function isSame(one: readonly Value[], other: readonly Value[]): boolean {
  for (let index = 0; index < one.length; index += 1) {
    if (one[index] !== other[index]) return false;
  }
  return true;
}

const labelsOf = ({ labelNames }: Pick<MetricConfig, 'labelNames'>, { values }: Series) =>
  Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? '']));
