import { get } from '../../dict.ts';
import { newestDay, stands } from '../../state/metric.ts';
import { type MetricState } from '../../state/state.ts';
import { METRICS_MAX } from './metrics.ts';

/** Of metrics of which only last points are left, as many as a customer may use. */
export function withoutOldest(metrics: readonly (readonly [string, MetricState])[]) {
  const past = metrics.filter(([, metric]) => newestDay(metric) === -Infinity && !stands(metric));
  if (past.length <= METRICS_MAX) return metrics;
  const gone = new Set(past.sort(([, a], [, b]) => lastPoint(b) - lastPoint(a)).slice(METRICS_MAX));
  return metrics.filter((each) => !gone.has(each));
}

function lastPoint(metric: MetricState): number {
  if (metric.kind === 'capped') return metric.newest_day;
  const carried = metric.raw?.carried ?? {};
  return Math.max(...Object.keys(carried).map((series) => get(carried, series)?.at ?? 0));
}
